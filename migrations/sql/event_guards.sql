-- Events are facts: they are added, never changed or removed. Only a superuser who drops the trigger could,
-- and then the hash chain shows it.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are never changed or removed', tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger audit_event_is_append_only before update or delete on audit_event
    for each row execute function refuse_change();
create trigger audit_event_is_never_truncated before truncate on audit_event
    for each statement execute function refuse_change();
