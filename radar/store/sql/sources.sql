-- name: save_source
-- Insert or update a source as radar.toml describes it. A new address starts it afresh; one that was removed
-- and comes back is due at once.
insert into source as known (
    name, url, channel, software, boards, longest_interval, time_zone, language, region, budget, max_age, render,
    enabled, full_text, delay, state_since, next_check_at, created_at, updated_at
)
values (
    %(name)s::text, %(url)s::text, %(channel)s::text, %(software)s::text, %(boards)s::text[],
    %(interval)s::interval, %(timezone)s::text, %(language)s::text, %(region)s::text, %(budget)s::integer,
    %(max_age)s::interval, %(render)s::boolean, %(enabled)s::boolean, %(full_text)s::boolean,
    %(delay)s::double precision, %(now)s::timestamptz, %(now)s::timestamptz, %(now)s::timestamptz,
    %(now)s::timestamptz
)
on conflict (name) do update set
    url = excluded.url,
    channel = excluded.channel,
    software = excluded.software,
    boards = excluded.boards,
    longest_interval = excluded.longest_interval,
    time_zone = excluded.time_zone,
    language = excluded.language,
    region = excluded.region,
    budget = excluded.budget,
    max_age = excluded.max_age,
    render = excluded.render,
    enabled = excluded.enabled,
    full_text = excluded.full_text,
    delay = excluded.delay,
    state = case when known.url <> excluded.url or known.state = 'removed' then 'active' else known.state end,
    state_reason = case when known.url <> excluded.url or known.state = 'removed' then '' else known.state_reason end,
    state_since = case when known.url <> excluded.url or known.state = 'removed' then excluded.state_since else known.state_since end,
    failures = case when known.url <> excluded.url then 0 else known.failures end,
    first_read_at = case when known.url = excluded.url then known.first_read_at end,
    next_check_at = case
        when known.url <> excluded.url or known.state = 'removed' or known.boards <> excluded.boards then excluded.next_check_at
        when not known.enabled and excluded.enabled then excluded.next_check_at
        else least(known.next_check_at, excluded.next_check_at + excluded.longest_interval)
    end,
    updated_at = excluded.updated_at
where (known.url, known.channel, known.software, known.boards, known.longest_interval, known.time_zone, known.language,
       known.region, known.budget, known.max_age, known.render, known.enabled, known.full_text, known.delay)
    is distinct from (excluded.url, excluded.channel, excluded.software, excluded.boards, excluded.longest_interval,
       excluded.time_zone, excluded.language, excluded.region, excluded.budget, excluded.max_age, excluded.render,
       excluded.enabled, excluded.full_text, excluded.delay)
    or known.state = 'removed';

-- name: ensure_source
-- Know a source that is read by its address alone: it is not due by itself, and radar.toml may take it over.
insert into source as known (
    name, url, channel, software, boards, time_zone, language, budget, render, state, state_reason, state_since,
    created_at, updated_at
)
values (
    %(name)s::text, %(url)s::text, %(channel)s::text, %(software)s::text, %(boards)s::text[], %(timezone)s::text,
    %(language)s::text, %(budget)s::integer, %(render)s::boolean, 'removed', 'read by its address', %(now)s::timestamptz,
    %(now)s::timestamptz, %(now)s::timestamptz
)
on conflict (name) do update set
    url = excluded.url, channel = excluded.channel, software = excluded.software, boards = excluded.boards,
    time_zone = excluded.time_zone, language = excluded.language, budget = excluded.budget, render = excluded.render
where known.state = 'removed';

-- name: forget_other_addresses
-- What is remembered of pages of sources whose address is no longer this one.
delete from validator v
using source s, unnest(%(names)s::text[], %(urls)s::text[]) as given (name, url)
where s.name = given.name and s.url <> given.url and v.source = s.name;

-- name: forget_other_threads
-- Marks of threads of sources whose address is no longer this one.
delete from thread t
using source s, unnest(%(names)s::text[], %(urls)s::text[]) as given (name, url)
where s.name = given.name and s.url <> given.url and t.source = s.name;

-- name: remove_other_sources
-- Mark the sources that radar.toml no longer names.
update source
set state = 'removed', state_reason = 'no longer in radar.toml', state_since = %(now)s::timestamptz
where name <> all (%(names)s::text[]) and state <> 'removed';

-- name: stand_in_line
-- Wait until nobody else writes or claims sources: a claim skips locked rows, so it would pass over all that somebody
-- is just saving, and a worker that runs once would end without having read them.
select pg_advisory_xact_lock(7214602931);

-- name: claim_due
-- Take sources that are due, most overdue first, and keep everybody else from them until the lease is over.
with due as materialized (
    select name, next_check_at as due_at, first_read_at is null as first
    from source
    where channel = any (%(channels)s::text[])
      and render = %(render)s::boolean
      and (cardinality(%(names)s::text[]) = 0 or name = any (%(names)s::text[]))
      and (
          %(force)s::boolean
          or (state = 'active' and enabled and next_check_at <= %(now)s::timestamptz)
      )
    order by next_check_at nulls first, name
    limit %(limit)s::integer
    for update skip locked
), claimed as (
    update source s
    set next_check_at = %(now)s::timestamptz + %(lease)s::interval
    from due
    where s.name = due.name
    returning s.*, due.due_at, due.first
)
select c.*,
       coalesce(
           (select jsonb_agg(jsonb_build_array(v.url, v.etag, v.last_modified))
            from validator v
            where v.source = c.name and v.epoch = %(epoch)s::text),
           '[]'
       ) as validators
from claimed c
order by c.due_at nulls first, c.name;

-- name: set_source_state
-- Pause a source, or let it be read again.
update source
set state = %(state)s::text,
    state_reason = %(reason)s::text,
    state_since = %(now)s::timestamptz,
    failures = case when %(state)s::text = 'active' then 0 else failures end,
    next_check_at = case when %(state)s::text = 'active' then %(now)s::timestamptz else next_check_at end
where name = any (%(names)s::text[]);

-- name: sources
-- All sources with how they are doing.
select s.*, h.health, h.newest_post_at, h.posts_in_7_days, h.leads_in_7_days, h.problems_in_7_days
from source s
join source_health h on h.source = s.name
order by s.name;

-- name: save_profile
-- Insert or update a profile as radar.toml describes it.
insert into profile as known (
    name, description, any_terms, all_terms, none_terms, kinds, languages, regions, min_score, min_request,
    replies, updated_at
)
values (
    %(name)s::text, %(description)s::text, %(any)s::text[], %(all)s::text[], %(none)s::text[], %(kinds)s::text[],
    %(languages)s::text[], %(regions)s::text[], %(min_score)s::double precision,
    %(min_request)s::double precision, %(replies)s::boolean, %(now)s::timestamptz
)
on conflict (name) do update set
    description = excluded.description,
    any_terms = excluded.any_terms,
    all_terms = excluded.all_terms,
    none_terms = excluded.none_terms,
    kinds = excluded.kinds,
    languages = excluded.languages,
    regions = excluded.regions,
    min_score = excluded.min_score,
    min_request = excluded.min_request,
    replies = excluded.replies,
    updated_at = excluded.updated_at,
    removed_at = null
where (known.description, known.any_terms, known.all_terms, known.none_terms, known.kinds, known.languages,
       known.regions, known.min_score, known.min_request, known.replies)
    is distinct from (excluded.description, excluded.any_terms, excluded.all_terms, excluded.none_terms,
       excluded.kinds, excluded.languages, excluded.regions, excluded.min_score, excluded.min_request, excluded.replies)
    or known.removed_at is not null;

-- name: remove_other_profiles
-- Mark the profiles that radar.toml no longer names.
update profile
set removed_at = %(now)s::timestamptz
where name <> all (%(names)s::text[]) and removed_at is null;
