-- name: any_tombstone
-- A row if there is any tombstone.
select from tombstone limit 1;

-- name: forbidden
-- Which of these digests are on tombstones.
select digest from tombstone where digest = any (%(digests)s::bytea[]);

-- name: write_posts
-- Store posts and say what became of each: new, changed, unchanged or stale. Rows come sorted by identity,
-- so that two writers lock in the same order. An older fetch changes nothing; an edit leaves a revision; a
-- text that was removed because its time was over stays removed until the post is edited.
with incoming as materialized (
    select *
    from unnest(
        %(n)b::integer[], %(source)b::text[], %(external_id)b::text[], %(url)b::text[], %(thread_id)b::text[],
        %(thread_url)b::text[], %(title)b::text[], %(board)b::text[], %(position)b::integer[],
        %(first)b::boolean[], %(author)b::text[], %(text)b::text[], %(quoted)b::text[], %(language)b::text[],
        %(created_at)b::timestamptz[], %(edited_at)b::timestamptz[], %(answer_count)b::integer[],
        %(solved)b::boolean[], %(content_hash)b::bytea[], %(fetched_at)b::timestamptz[]
    ) as rows (
        n, source, external_id, url, thread_id, thread_url, title, board, position, first, author, text, quoted,
        language, created_at, edited_at, answer_count, solved, content_hash, fetched_at
    )
), known as materialized (
    select p.id, i.n, p.content_hash <> i.content_hash as differs, p.fetched_at > i.fetched_at as newer,
           p.title, p.text, p.quoted, p.edited_at, p.fetched_at, p.text_removed_at
    from incoming i
    join post p on p.source = i.source and p.external_id = i.external_id
    order by i.n
    for update of p
), kept as (
    insert into post_revision (post_id, fetched_at, replaced_at, title, text, quoted, edited_at)
    select id, fetched_at, %(now)s::timestamptz, title, text, quoted, edited_at
    from known
    where differs and not newer and text_removed_at is null
    on conflict do nothing
), written as (
    insert into post as stored (
        source, external_id, url, thread_id, thread_url, title, board, position, first, author, text, quoted,
        language, created_at, edited_at, answer_count, solved, content_hash, first_seen_at, fetched_at
    )
    select i.source, i.external_id, i.url, i.thread_id, i.thread_url, i.title, i.board, i.position, i.first,
           i.author, i.text, i.quoted, i.language, i.created_at, i.edited_at, i.answer_count, i.solved,
           i.content_hash, %(now)s::timestamptz, i.fetched_at
    from incoming i
    left join known k on k.n = i.n -- which also makes sure that known is read before anything changes
    where not coalesce(k.newer, false)
    order by i.n
    on conflict (source, external_id) do update set
        url = excluded.url,
        thread_id = excluded.thread_id,
        thread_url = excluded.thread_url,
        board = excluded.board,
        position = coalesce(excluded.position, stored.position),
        first = coalesce(excluded.first, stored.first),
        created_at = coalesce(stored.created_at, excluded.created_at),
        edited_at = coalesce(excluded.edited_at, stored.edited_at),
        answer_count = coalesce(excluded.answer_count, stored.answer_count),
        solved = coalesce(excluded.solved, stored.solved),
        language = excluded.language,
        title = case when stored.content_hash = excluded.content_hash then stored.title else excluded.title end,
        text = case when stored.content_hash = excluded.content_hash then stored.text else excluded.text end,
        quoted = case when stored.content_hash = excluded.content_hash then stored.quoted else excluded.quoted end,
        author = case when stored.content_hash = excluded.content_hash then stored.author else excluded.author end,
        text_removed_at = case when stored.content_hash = excluded.content_hash then stored.text_removed_at end,
        content_hash = excluded.content_hash,
        fetched_at = excluded.fetched_at
    where excluded.fetched_at >= stored.fetched_at
    returning id, source, external_id, xmax = 0 as inserted
), told as (
    select i.n, w.id, k.text_removed_at is not null and not k.differs as bare,
           case
               when w.id is null then 'stale'
               when k.id is null then 'new'
               when k.differs then 'changed'
               else 'unchanged'
           end as fate
    from incoming i
    left join written w on w.source = i.source and w.external_id = i.external_id
    left join known k on k.n = i.n
), queued as (
    insert into search_queue (post_id)
    select id from told where fate in ('new', 'changed')
    on conflict do nothing
)
select n, id, fate, bare from told;

-- name: write_verdicts
-- Store verdicts. Verdicts of other classifiers on what a post said before it was edited go.
with incoming as materialized (
    select *
    from jsonb_to_recordset(%(verdicts)s::jsonb) as rows (
        post_id bigint, model text, request real, kinds jsonb, evidence jsonb, language text,
        confident boolean
    )
), outdated as (
    delete from verdict v
    where v.post_id = any (%(changed)s::bigint[])
      and not exists (select from incoming i where i.post_id = v.post_id and i.model = v.model)
)
insert into verdict as stored (post_id, model, request, kinds, evidence, language, confident, judged_at)
select post_id, model, request, kinds, evidence, language, confident, %(now)s::timestamptz
from incoming
on conflict (post_id, model) do update set
    request = excluded.request,
    kinds = excluded.kinds,
    evidence = excluded.evidence,
    language = excluded.language,
    confident = excluded.confident,
    judged_at = excluded.judged_at
where (stored.request, stored.kinds, stored.evidence, stored.language, stored.confident)
    is distinct from (excluded.request, excluded.kinds, excluded.evidence, excluded.language, excluded.confident);

-- name: write_leads
-- Store leads of judged posts. What the owner did with a lead stays.
insert into lead as stored (post_id, profile, score, kinds, hits, reasons, model, found_at, matched_at)
select post_id, profile, score, kinds, hits, reasons, model, %(now)s::timestamptz, %(now)s::timestamptz
from jsonb_to_recordset(%(leads)s::jsonb)
    as rows (post_id bigint, profile text, score real, kinds text[], hits jsonb, reasons text[], model text)
order by post_id, profile
on conflict (post_id, profile) do update set
    score = excluded.score,
    kinds = excluded.kinds,
    hits = excluded.hits,
    reasons = excluded.reasons,
    model = excluded.model,
    current = true,
    matched_at = excluded.matched_at;

-- name: withdraw_leads
-- Leads of judged posts that the latest matching no longer finds: kept, but no longer current.
update lead l
set current = false, matched_at = %(now)s::timestamptz
where l.post_id = any (%(judged)s::bigint[])
  and l.current
  and not exists (
      select
      from unnest(%(post_id)s::bigint[], %(profile)s::text[]) as found (post_id, profile)
      where found.post_id = l.post_id and found.profile = l.profile
  );

-- name: bury
-- Put a post that Postgres refuses into dead_letter.
insert into dead_letter as stored (source, external_id, url, reason, payload, first_at, last_at)
values (
    %(source)s::text, %(external_id)s::text, %(url)s::text, %(reason)s::text, %(payload)s::jsonb,
    %(now)s::timestamptz, %(now)s::timestamptz
)
on conflict (source, md5(external_id)) do update set
    url = excluded.url,
    reason = excluded.reason,
    payload = excluded.payload,
    times = stored.times + 1,
    last_at = excluded.last_at;

-- name: known_posts
-- Which of these posts are stored already.
select external_id
from post
where source = %(source)s::text and external_id = any (%(external_ids)s::text[]);
