-- name: posts_to_judge
-- A page of posts with text, with their latest verdicts, by their numbers.
select p.*, coalesce(s.region, '') as region, v.model, v.request, v.kinds, v.evidence, v.language as verdict_language,
       v.confident
from post p
left join source s on s.name = p.source
left join lateral (
    select * from verdict where verdict.post_id = p.id order by judged_at desc, model desc limit 1
) v on true
where p.id > %(after)s::bigint and p.text_removed_at is null
order by p.id
limit %(limit)s::integer;

-- name: still_there
-- Which of these posts still exist with their text; they stay until the transaction ends.
select id
from post
where id = any (%(posts)s::bigint[]) and text_removed_at is null
order by id
for key share;

-- name: latest_models
-- The classifiers of the latest verdicts on posts.
select distinct on (post_id) post_id, model
from verdict
where post_id = any (%(posts)s::bigint[])
order by post_id, judged_at desc, model desc;

-- name: index_words
-- Make the search documents of posts that wait for it.
with taken as (
    delete from search_queue
    where post_id in (select post_id from search_queue order by post_id limit %(limit)s::integer for update skip locked)
    returning post_id
), there as materialized (
    select p.id, p.title, p.text, p.language
    from post p
    join taken t on t.post_id = p.id
    where p.text_removed_at is null
    order by p.id
    for key share of p
), made as (
    insert into search_document (post_id, english, document, title)
    select p.id, e.english, radar_document(p.title, p.text, e.english), radar_fold(left(p.title, 500))
    from there p
    cross join lateral (select radar_english(p.id, p.language) as english) e
    on conflict (post_id) do update set
        english = excluded.english,
        document = excluded.document,
        title = excluded.title
)
select count(*) as done from taken;

-- name: expire_posts
-- Remove the texts of posts that were first stored before a time; of those that fit no profile, or of all.
with old as materialized (
    select p.id
    from post p
    where p.text_removed_at is null
      and p.first_seen_at <= %(before)s::timestamptz
      and (
          %(matched)s::boolean
          or (
              not exists (select from lead l where l.post_id = p.id and (l.current or l.state <> 'new'))
              and not exists (select from owner_verdict o where o.post_id = p.id)
          )
      )
    order by p.first_seen_at
    limit %(limit)s::integer
    for update skip locked
), revisions as (
    delete from post_revision r using old where r.post_id = old.id
), documents as (
    delete from search_document d using old where d.post_id = old.id
), evidence as (
    update verdict v set evidence = '[]' from old where v.post_id = old.id and v.evidence <> '[]'
), reasons as (
    update lead l set hits = '[]', reasons = '{}' from old where l.post_id = old.id
), bared as (
    update post p
    set title = '', text = '', quoted = '', author = '', text_removed_at = %(now)s::timestamptz
    from old
    where p.id = old.id
)
select count(*) as done from old;

-- name: expire_dead_letters
-- Remove dead letters last seen before a time.
delete from dead_letter where last_at <= %(before)s::timestamptz;

-- name: expire_visits
-- Remove visits that began before a time.
delete from visit where started_at <= %(before)s::timestamptz;

-- name: expire_problems
-- Remove problems last seen before a time.
delete from problem where last_at <= %(before)s::timestamptz;

-- name: expire_threads
-- Remove marks of threads last read before a time.
delete from thread where seen_at <= %(before)s::timestamptz;

-- name: expire_validators
-- Remove validators saved before a time.
delete from validator where saved_at <= %(before)s::timestamptz;

-- name: post_of
-- Identity of a post by its number or by the number of a lead.
select p.id, p.source, p.external_id
from post p
where p.id = coalesce(%(post)s::bigint, (select post_id from lead where id = %(lead)s::bigint));

-- name: bury_for_good
-- Set tombstones.
insert into tombstone (kind, digest, reason, created_at)
select %(kind)s::text, digest, %(reason)s::text, %(now)s::timestamptz
from unnest(%(digests)s::bytea[]) as digest
on conflict do nothing;

-- name: delete_posts
-- Delete posts by number, author (of one source, or of all if it is empty) or link, with all that hangs on them.
delete from post
where id = %(post)s::bigint
   or (author = any (%(authors)s::text[]) and (%(source)s::text = '' or source = %(source)s::text))
   or url = %(url)s::text
   or thread_url = %(url)s::text;

-- name: delete_dead_letters
-- Delete dead letters of a post, an author or a link.
delete from dead_letter
where (source = %(source)s::text and external_id = %(external_id)s::text)
   or (payload ->> 'author' = any (%(authors)s::text[]) and (%(source)s::text = '' or source = %(source)s::text))
   or url = %(url)s::text
   or payload ->> 'thread_url' = %(url)s::text;

-- name: tombstones
-- What is forgotten, latest first.
select kind, reason, created_at
from tombstone
order by created_at desc
limit %(limit)s::integer;

-- name: dead_letters
-- Posts that Postgres refused, latest first.
select *
from dead_letter
order by last_at desc, id desc
limit %(limit)s::integer;

-- name: status
-- The store in figures.
select
    coalesce(
        (select nullif(greatest(reltuples, 0)::bigint, 0) from pg_class where oid = 'post'::regclass and reltuples > 100000),
        (select count(*) from post)
    ) as posts,
    (select count(*) from lead
     where current and (state in ('new', 'seen') or (state = 'snoozed' and snoozed_until <= %(now)s::timestamptz))) as open_leads,
    (select count(*) from lead where current) as leads,
    (select count(*) from source where state <> 'removed') as sources,
    (select count(*) from source where state = 'active' and enabled and next_check_at <= %(now)s::timestamptz) as sources_due,
    (select count(*) from source where state in ('paused', 'retired') or (state = 'active' and failures >= 3)) as sources_in_trouble,
    (select count(*) from dead_letter) as dead_letters,
    (select count(*) from search_queue) as waiting_for_search,
    (select max(first_seen_at) from post where text_removed_at is null) as latest_post_at,
    (select max(last_visit_at) from source) as latest_visit_at,
    pg_database_size(current_database()) as bytes,
    current_setting('server_version') as server,
    coalesce((select max(number) from migration), 0) as migration;
