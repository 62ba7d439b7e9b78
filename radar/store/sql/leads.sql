-- name: leads
-- Leads for people to look at, newest or best first.
select *
from leads
where (%(profile)s::text is null or profile = %(profile)s::text)
  and (%(kind)s::text is null or %(kind)s::text = any (kinds))
  and (%(since)s::timestamptz is null or posted_at >= %(since)s::timestamptz)
  and (%(source)s::text is null or source = %(source)s::text)
  and score >= %(min_score)s::real
  and case %(state)s::text
          when 'all' then current or state <> 'new'
          when 'open' then current and (state in ('new', 'seen') or (state = 'snoozed' and snoozed_until <= now()))
          else state = %(state)s::text and (current or state <> 'new')
      end
  and (
      %(text)s::text = ''
      or post_id in (select found.post_id from search_posts(%(text)s::text) found)
      or radar_fold(title) like '%%' || replace(replace(replace(radar_fold(%(text)s::text), '\', '\\'), '%%', '\%%'), '_', '\_') || '%%'
  )
order by case when %(best_first)s::boolean then score end desc, posted_at desc, lead_id desc
limit %(limit)s::integer;

-- name: lead
-- A lead with its post, the verdict it rests on, and what the owner said.
select v.*, p.external_id, p.thread_id, p.position, p.quoted, p.language as stated_language, p.created_at, p.edited_at,
       p.fetched_at, p.solved as post_solved,
       l.hits, l.model, d.kinds as verdict_kinds, d.evidence as verdict_evidence, d.language as verdict_language, d.confident,
       o.request as owner_request, o.kinds as owner_kinds, o.judged_at as owner_judged_at,
       (select count(*) from post_revision r where r.post_id = p.id) as revisions
from leads v
join lead l on l.id = v.lead_id
join post p on p.id = v.post_id
left join verdict d on d.post_id = p.id and d.model = l.model
left join owner_verdict o on o.post_id = p.id
where v.lead_id = %(lead)s::bigint;

-- name: mark_leads
-- Note what the owner did with leads.
update lead
set state = %(state)s::text,
    state_at = %(now)s::timestamptz,
    snoozed_until = case when %(state)s::text = 'snoozed' then %(until)s::timestamptz end
where id = any (%(leads)s::bigint[])
returning id;

-- name: judge_lead
-- Keep what the owner says about a lead's post.
insert into owner_verdict (post_id, request, kinds, judged_at)
select post_id, %(request)s::boolean, %(kinds)s::text[], %(now)s::timestamptz
from lead
where id = %(lead)s::bigint
on conflict (post_id) do update set
    request = excluded.request,
    kinds = excluded.kinds,
    judged_at = excluded.judged_at;

-- name: owner_verdicts
-- What the owner said about posts whose text is still there, latest first.
select p.*, o.request as owner_request, o.kinds as owner_kinds, o.judged_at
from owner_verdict o
join post p on p.id = o.post_id
where p.text_removed_at is null
order by o.judged_at desc, p.id desc
limit %(limit)s::integer;
