"""``python -m app.cli``."""

from app.cli import main

if __name__ == "__main__":  # rendering processes import this module anew
    main()
