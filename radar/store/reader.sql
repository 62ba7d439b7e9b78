-- Applied after every migration: the read-only role and what it may read. A user who may not create roles
-- skips it; everything but `radar sql` works without.
do $$
begin
    if not exists (select from pg_roles where rolname = 'radar_reader') then
        begin
            create role radar_reader nologin;
            comment on role radar_reader is 'May read everything that the radar stores, and change nothing.';
        exception when duplicate_object or unique_violation then
            null; -- another database of this server was migrated at the same moment
        end;
    end if;
    execute format('grant usage on schema %I to radar_reader', current_schema());
    execute format('grant select on all tables in schema %I to radar_reader', current_schema());
    execute format('alter default privileges in schema %I grant select on tables to radar_reader', current_schema());
    if not (select rolsuper from pg_roles where rolname = current_user)
       and not pg_has_role(current_user, 'radar_reader', 'member') then
        begin
            execute format('grant radar_reader to %I', current_user);
        exception when insufficient_privilege then
            raise notice 'radar_reader was made by somebody else, who may grant it to %', current_user;
        end;
    end if;
end
$$;
