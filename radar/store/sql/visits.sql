-- name: begin_visit
-- Note that a visit has begun.
insert into visit (id, source, started_at)
values (%(visit)s::text, %(source)s::text, %(now)s::timestamptz)
on conflict (id) do nothing;

-- name: count_pages
-- Add pages to their visits.
insert into visit as known (
    id, source, started_at, entry_outcome, asked_wait, pages, unchanged_pages, failed_pages, bytes,
    problems
)
select visit, min(source), %(now)s::timestamptz, coalesce(max(entry_outcome) filter (where entry_outcome not in ('', 'ok')), max(entry_outcome)),
       max(wait), sum(pages), sum(unchanged), sum(failed), sum(bytes), sum(problems)
from unnest(
    %(visit)s::text[], %(source)s::text[], %(entry_outcome)s::text[], %(wait)s::double precision[],
    %(pages)s::integer[], %(unchanged)s::integer[], %(failed)s::integer[],
    %(bytes)s::bigint[], %(problems)s::integer[]
) as rows (visit, source, entry_outcome, wait, pages, unchanged, failed, bytes, problems)
where visit <> ''
group by visit
order by visit
on conflict (id) do update set
    entry_outcome = case
        when known.entry_outcome in ('', 'ok') then coalesce(nullif(excluded.entry_outcome, ''), known.entry_outcome)
        else known.entry_outcome
    end,
    asked_wait = greatest(known.asked_wait, excluded.asked_wait),
    pages = known.pages + excluded.pages,
    unchanged_pages = known.unchanged_pages + excluded.unchanged_pages,
    failed_pages = known.failed_pages + excluded.failed_pages,
    bytes = known.bytes + excluded.bytes,
    problems = known.problems + excluded.problems;

-- name: save_validators
-- Keep what servers sent to ask them later whether a page has changed. Sources nobody knows are left out.
insert into validator as known (source, url, etag, last_modified, epoch, saved_at)
select source, url, etag, last_modified, epoch, %(now)s::timestamptz
from unnest(
    %(source)s::text[], %(url)s::text[], %(etag)s::text[], %(last_modified)s::text[], %(epoch)s::text[]
) as rows (source, url, etag, last_modified, epoch)
where exists (select from source s where s.name = rows.source)
order by source, url
on conflict (source, url) do update set
    etag = excluded.etag,
    last_modified = excluded.last_modified,
    epoch = excluded.epoch,
    saved_at = excluded.saved_at;

-- name: save_thread_marks
-- Keep how far threads have been read. Sources nobody knows are left out.
insert into thread as known (source, thread_id, activity, last_page_url, epoch, seen_at)
select source, thread_id, activity, last_page_url, epoch, %(now)s::timestamptz
from unnest(
    %(source)s::text[], %(thread_id)s::text[], %(activity)s::text[], %(last_page_url)s::text[], %(epoch)s::text[]
) as rows (source, thread_id, activity, last_page_url, epoch)
where exists (select from source s where s.name = rows.source)
order by source, thread_id
on conflict (source, thread_id) do update set
    activity = excluded.activity,
    last_page_url = excluded.last_page_url,
    epoch = excluded.epoch,
    seen_at = excluded.seen_at;

-- name: save_problems
-- Keep what could not be used on pages; the same problem of the same page is counted.
insert into problem as known (source, url, what, detail, first_at, last_at)
select source, url, what, detail, %(now)s::timestamptz, %(now)s::timestamptz
from unnest(%(source)s::text[], %(url)s::text[], %(what)s::text[], %(detail)s::text[])
    as rows (source, url, what, detail)
order by source, url, what
on conflict (source, md5(url), what) do update set
    detail = excluded.detail,
    times = known.times + 1,
    last_at = excluded.last_at;

-- name: end_visit
-- Note how a visit ended and what it brought; a visit ends once.
update visit
set finished_at = %(now)s::timestamptz,
    outcome = %(outcome)s::text,
    detail = %(detail)s::text,
    new_posts = (
        select count(*)
        from post
        where post.source = visit.source and first_seen_at >= visit.started_at and text_removed_at is null
    ),
    changed_posts = (
        select count(distinct post_id)
        from post_revision
        join post on post.id = post_id
        where post.source = visit.source and replaced_at >= visit.started_at
    )
where id = %(visit)s::text and finished_at is null;

-- name: settle_source
-- Note on the source how its visit ended and when it is due again. A blocked one is paused, a gone one retired.
-- A visit that another worker has ended before has been noted then.
update source
set last_visit_at = %(now)s::timestamptz,
    last_outcome = %(outcome)s::text,
    last_ok_at = case when %(good)s::boolean then %(now)s::timestamptz else last_ok_at end,
    first_read_at = case when %(good)s::boolean then coalesce(first_read_at, %(now)s::timestamptz) else first_read_at end,
    failures = case when %(good)s::boolean then 0 else failures + 1 end,
    next_check_at = %(next_check_at)s::timestamptz,
    state = case when state <> 'removed' then coalesce(%(state)s::text, 'active') else state end,
    state_reason = case when state <> 'removed' and %(state)s::text is not null then %(detail)s::text when state <> 'removed' then '' else state_reason end,
    state_since = case when state <> 'removed' and state <> coalesce(%(state)s::text, 'active') then %(now)s::timestamptz else state_since end
where name = %(source)s::text
  and not exists (
      select
      from visit
      where id = %(visit)s::text and finished_at <> %(now)s::timestamptz
  );

-- name: thread_marks
-- How far threads have been read, as far as this queue may trust it.
select thread_id, activity, last_page_url
from thread
where source = %(source)s::text and thread_id = any (%(thread_ids)s::text[]) and epoch = %(epoch)s::text;

-- name: posting_times
-- When the newest posts of a source were written, newest first.
select created_at
from post
where source = %(source)s::text and created_at is not null
order by created_at desc
limit %(limit)s::integer;

-- name: visit_history
-- The latest visits of a source, newest first.
select *
from visit
where source = %(source)s::text
order by started_at desc
limit %(limit)s::integer;

-- name: problems
-- The latest problems, newest first.
select source, url, what, detail
from problem
where cardinality(%(sources)s::text[]) = 0 or source = any (%(sources)s::text[])
order by last_at desc
limit %(limit)s::integer;

-- name: visit_summary
-- A visit and what of its source decides when the next one is due.
select v.finished_at, v.entry_outcome, v.asked_wait, v.pages, v.unchanged_pages, v.failed_pages,
       s.failures, s.longest_interval,
       exists (select from post p where p.source = v.source) as posts_known
from visit v
join source s on s.name = v.source
where v.id = %(visit)s::text;
