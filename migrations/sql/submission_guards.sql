-- What was submitted is never changed or removed.
create trigger submission_is_append_only before update or delete on submission
    for each row execute function refuse_change();
