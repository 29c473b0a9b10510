"""What may be decided, told and promised about awards. Pure."""
