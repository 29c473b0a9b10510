-- A published version of a call is what applications are judged by: it is never changed or removed.
create trigger published_call_version_is_frozen before update or delete on call_version
    for each row when (old.published_at is not null) execute function refuse_change();
