-- The whole schema as all migrations together make it (a test compares). Read this; change it by a migration.

create extension if not exists unaccent;
create extension if not exists pg_trgm;

-- Sources and what is remembered of them -------------------------------------------------------------------

create table source (
    name text primary key,
    url text not null,
    channel text not null,
    software text not null default '',
    boards text[] not null default '{}',
    longest_interval interval,
    time_zone text not null default '',
    language text not null default '',
    region text not null default '',
    budget integer not null default 200,
    max_age interval,
    render boolean not null default false,
    enabled boolean not null default true,
    full_text boolean not null default false,
    delay double precision,
    state text not null default 'active' check (state in ('active', 'paused', 'retired', 'removed')),
    state_reason text not null default '',
    state_since timestamptz not null,
    next_check_at timestamptz,
    first_read_at timestamptz,
    last_visit_at timestamptz,
    last_ok_at timestamptz,
    last_outcome text not null default '',
    failures integer not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null
) with (fillfactor = 70);
create index source_due on source (next_check_at) where state = 'active' and enabled;
comment on table source is 'A place on the web that the radar reads: what radar.toml says of it, and how it is doing.';
comment on column source.name is 'Name of the source in radar.toml.';
comment on column source.url is 'The feed, or the address where forum or site are installed.';
comment on column source.channel is 'The spider that reads it: feed, forum, qa, list, social or tracker.';
comment on column source.software is 'Software of the site where it is known; empty lets the extractor look for itself.';
comment on column source.boards is 'Ids or addresses of the boards to read; empty means all.';
comment on column source.longest_interval is 'Longest time between two visits that the owner allows; null leaves it to the schedule.';
comment on column source.time_zone is 'IANA zone of times that the site shows without one; empty means UTC.';
comment on column source.language is 'Language of the source, as the owner states it (BCP 47).';
comment on column source.region is 'Region of the source, as the owner states it, for example DE.';
comment on column source.budget is 'Most requests of one visit.';
comment on column source.max_age is 'Threads without activity for longer than this are not read; null means no limit.';
comment on column source.render is 'Whether its pages need a browser.';
comment on column source.enabled is 'Whether the owner wants it to be read.';
comment on column source.full_text is 'Whether the entry pages of a feed are fetched because the feed carries teasers only.';
comment on column source.delay is 'Seconds between two requests to its host; null takes the setting.';
comment on column source.state is 'active; paused (forbidden or challenged, waits for the owner); retired (gone for good); removed (no longer in radar.toml).';
comment on column source.state_reason is 'Why it is in this state, one short sentence.';
comment on column source.state_since is 'Since when it has been in this state.';
comment on column source.next_check_at is 'When it is due. While a visit is under way: until when the visit keeps it for itself.';
comment on column source.first_read_at is 'When a visit first got something from it; null if none ever did.';
comment on column source.last_visit_at is 'End of the latest visit.';
comment on column source.last_ok_at is 'End of the latest visit that got an answer.';
comment on column source.last_outcome is 'How the latest visit ended: ok, unchanged, empty, blocked, opted-out, gone, unreachable or moved.';
comment on column source.failures is 'Visits without success in a row.';
comment on column source.created_at is 'When it was first seen in radar.toml.';
comment on column source.updated_at is 'When radar.toml last changed it.';

create table validator (
    source text not null references source on delete cascade,
    url text not null,
    etag text not null,
    last_modified text not null,
    epoch text not null,
    saved_at timestamptz not null,
    primary key (source, url)
) with (fillfactor = 80);
comment on table validator is 'What a server sent to ask it later whether a page has changed; kept byte for byte.';
comment on column validator.source is 'Name of the source.';
comment on column validator.url is 'The page.';
comment on column validator.etag is 'Header ETag, empty if there was none.';
comment on column validator.last_modified is 'Header Last-Modified, empty if there was none.';
comment on column validator.epoch is 'Epoch of the queue when it was saved; in another epoch it is not trusted.';
comment on column validator.saved_at is 'When it was saved: after the posts of the page.';

create table thread (
    source text not null references source on delete cascade,
    thread_id text not null,
    activity text not null,
    last_page_url text not null,
    epoch text not null,
    seen_at timestamptz not null,
    primary key (source, thread_id)
) with (fillfactor = 80);
create index thread_seen on thread using brin (seen_at);
comment on table thread is 'How far a thread has been read, so that only threads with something new are read again.';
comment on column thread.source is 'Name of the source.';
comment on column thread.thread_id is 'The software''s own id of the thread.';
comment on column thread.activity is 'Token of the listing that changes when the thread has something new.';
comment on column thread.last_page_url is 'The last page read; the next reading begins there.';
comment on column thread.epoch is 'Epoch of the queue when it was saved; in another epoch it is not trusted.';
comment on column thread.seen_at is 'When the thread was last read.';

create table visit (
    id text primary key,
    source text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    outcome text not null default '',
    detail text not null default '',
    entry_outcome text not null default '',
    asked_wait double precision,
    pages integer not null default 0,
    unchanged_pages integer not null default 0,
    failed_pages integer not null default 0,
    bytes bigint not null default 0,
    new_posts integer not null default 0,
    changed_posts integer not null default 0,
    problems integer not null default 0
) with (fillfactor = 70);
create index visit_of_source on visit (source, started_at desc);
comment on table visit is 'One reading of a source, from its first request to its last.';
comment on column visit.id is 'Id of the visit, as the queue gave it.';
comment on column visit.source is 'Name of the source.';
comment on column visit.started_at is 'When it began.';
comment on column visit.finished_at is 'When its last request was done; null while it is under way.';
comment on column visit.outcome is 'How it ended; empty while it is under way.';
comment on column visit.detail is 'More about the outcome, for people.';
comment on column visit.entry_outcome is 'What became of the page the visit began with; the worst, if it began with several.';
comment on column visit.asked_wait is 'Seconds the publisher asks to wait before the next visit (ttl, Cache-Control); null if nobody asked.';
comment on column visit.pages is 'Answers that brought content.';
comment on column visit.unchanged_pages is 'Answers that said that nothing has changed (304).';
comment on column visit.failed_pages is 'Answers with an error status, and requests without an answer.';
comment on column visit.bytes is 'Size of all answers.';
comment on column visit.new_posts is 'Posts that were not known before.';
comment on column visit.changed_posts is 'Posts that had been edited.';
comment on column visit.problems is 'Things on its pages that could not be used.';

create table problem (
    id bigint generated always as identity primary key,
    source text not null,
    url text not null,
    what text not null,
    detail text not null default '',
    times integer not null default 1,
    first_at timestamptz not null,
    last_at timestamptz not null
);
create unique index problem_once on problem (source, md5(url), what);
create index problem_latest on problem (last_at desc);
comment on table problem is 'Something on a page that could not be used; what stood beside it was.';
comment on column problem.id is 'Number of the problem.';
comment on column problem.source is 'Name of the source.';
comment on column problem.url is 'The page.';
comment on column problem.what is 'What is wrong, one short sentence.';
comment on column problem.detail is 'What was seen the last time.';
comment on column problem.times is 'How often it was seen.';
comment on column problem.first_at is 'When it was first seen.';
comment on column problem.last_at is 'When it was last seen.';

-- Posts and what is thought of them ------------------------------------------------------------------------

create table post (
    id bigint generated always as identity primary key,
    source text not null,
    external_id text not null,
    url text not null,
    thread_id text not null,
    thread_url text not null,
    title text not null,
    board text not null,
    position integer,
    first boolean,
    author text not null,
    text text not null,
    quoted text not null,
    language text not null,
    created_at timestamptz,
    edited_at timestamptz,
    answer_count integer,
    solved boolean,
    content_hash bytea not null,
    first_seen_at timestamptz not null,
    fetched_at timestamptz not null,
    text_removed_at timestamptz,
    constraint post_identity unique (source, external_id),
    constraint post_created_at_is_possible check (created_at between '1970-01-01Z' and '2200-01-01Z'),
    constraint post_edited_at_is_possible check (edited_at between '1970-01-01Z' and '2200-01-01Z')
) with (fillfactor = 85);
create index post_of_source on post (source, created_at desc);
create index post_with_text on post (first_seen_at) where text_removed_at is null;
create index post_created on post using brin (created_at);
comment on table post is 'One public post: a question, an answer, an entry of a feed.';
comment on column post.id is 'Number of the post in this database.';
comment on column post.source is 'Name of the source.';
comment on column post.external_id is 'The software''s own id of the post; with the source it is the post''s identity.';
comment on column post.url is 'Link to the post.';
comment on column post.thread_id is 'The software''s own id of the thread; empty if there is none.';
comment on column post.thread_url is 'Link to the thread.';
comment on column post.title is 'Title of the thread.';
comment on column post.board is 'Board, category, group or tag, as shown.';
comment on column post.position is '1 for the first post of the thread; null where the page does not tell.';
comment on column post.first is 'Whether it opens the thread; null where unknown.';
comment on column post.author is 'Pseudonym of the author (keyed hash of the name shown), or the name if the owner chose so.';
comment on column post.text is 'The author''s own words; empty once text_removed_at is set.';
comment on column post.quoted is 'What the author quoted of others.';
comment on column post.language is 'Language as page or source state it (BCP 47); the judged one is in verdict.';
comment on column post.created_at is 'When it was written.';
comment on column post.edited_at is 'When the site says it was edited.';
comment on column post.answer_count is 'Answers to the thread as the page counts them; on first posts only.';
comment on column post.solved is 'Whether the thread is marked as solved.';
comment on column post.content_hash is 'Hash of title, text and quoted: an edit changes it.';
comment on column post.first_seen_at is 'When it was first stored.';
comment on column post.fetched_at is 'When the page was fetched that this row comes from; an older fetch never overwrites it.';
comment on column post.text_removed_at is 'When title, text, quotes and author were removed because their time was over.';

create table post_revision (
    post_id bigint not null references post on delete cascade,
    fetched_at timestamptz not null,
    replaced_at timestamptz not null,
    title text not null,
    text text not null,
    quoted text not null,
    edited_at timestamptz,
    primary key (post_id, fetched_at)
);
create index post_revision_replaced on post_revision using brin (replaced_at);
comment on table post_revision is 'What a post said before it was edited.';
comment on column post_revision.post_id is 'The post.';
comment on column post_revision.fetched_at is 'When this wording was last fetched.';
comment on column post_revision.replaced_at is 'When the newer wording was stored.';
comment on column post_revision.title is 'Title then.';
comment on column post_revision.text is 'Text then.';
comment on column post_revision.quoted is 'Quotes then.';
comment on column post_revision.edited_at is 'When the site said it had been edited.';

create table verdict (
    post_id bigint not null references post on delete cascade,
    model text not null,
    request real not null check (request between 0 and 1),
    kinds jsonb not null,
    evidence jsonb not null default '[]',
    language text not null default '',
    confident boolean not null,
    judged_at timestamptz not null,
    primary key (post_id, model)
);
comment on table verdict is 'What a classifier makes of a post; one current verdict for each post and classifier.';
comment on column verdict.post_id is 'The post.';
comment on column verdict.model is 'Name and version of the classifier.';
comment on column verdict.request is 'Probability (0 to 1) that the author asks the public for help.';
comment on column verdict.kinds is 'Probability of each kind of request, by its name.';
comment on column verdict.evidence is 'Stretches of title and text that carried the verdict: [field, start, end], strongest first.';
comment on column verdict.language is 'Language judged from the text (ISO 639-1), empty where it cannot be told.';
comment on column verdict.confident is 'False where the classifier does not know the language well.';
comment on column verdict.judged_at is 'When it was judged.';

create table profile (
    name text primary key,
    description text not null,
    any_terms text[] not null,
    all_terms text[] not null,
    none_terms text[] not null,
    kinds text[] not null,
    languages text[] not null,
    regions text[] not null,
    min_score double precision not null,
    min_request double precision,
    replies boolean not null,
    updated_at timestamptz not null,
    removed_at timestamptz
);
comment on table profile is 'What the owner can help with, as radar.toml says it.';
comment on column profile.name is 'Name of the profile.';
comment on column profile.description is 'What it is for, in the owner''s words.';
comment on column profile.any_terms is 'At least one of these must match; empty means any post may.';
comment on column profile.all_terms is 'All of these must match.';
comment on column profile.none_terms is 'None of these may match.';
comment on column profile.kinds is 'Kinds of request that count; empty means all.';
comment on column profile.languages is 'Languages that count; empty means all.';
comment on column profile.regions is 'Regions of sources that count; empty means all.';
comment on column profile.min_score is 'Leads below this score are not kept.';
comment on column profile.min_request is 'Own threshold on the probability of a request; null takes the classifier''s.';
comment on column profile.replies is 'Whether replies may become leads.';
comment on column profile.updated_at is 'When radar.toml last changed it.';
comment on column profile.removed_at is 'When it was removed from radar.toml; its leads stay.';

create table lead (
    id bigint generated always as identity primary key,
    post_id bigint not null references post on delete cascade,
    profile text not null,
    score real not null check (score between 0 and 1),
    kinds text[] not null,
    hits jsonb not null default '[]',
    reasons text[] not null default '{}',
    model text not null,
    current boolean not null default true,
    state text not null default 'new' check (state in ('new', 'seen', 'answered', 'dismissed', 'snoozed')),
    state_at timestamptz,
    snoozed_until timestamptz,
    found_at timestamptz not null,
    matched_at timestamptz not null,
    constraint lead_identity unique (post_id, profile),
    constraint lead_snoozed_until_is_set check ((state = 'snoozed') = (snoozed_until is not null))
);
create index lead_of_profile on lead (profile, found_at desc);
create index lead_open on lead (found_at desc) where current and state in ('new', 'seen', 'snoozed');
comment on table lead is 'A post that fits a profile, and what the owner did with it.';
comment on column lead.id is 'Number of the lead, as radar show and radar mark take it.';
comment on column lead.post_id is 'The post.';
comment on column lead.profile is 'Name of the profile.';
comment on column lead.score is '0 to 1; higher is the better fit.';
comment on column lead.kinds is 'Kinds of request that passed, most probable first.';
comment on column lead.hits is 'Terms of the profile that were found and where: [term, [[field, start, end], ...]].';
comment on column lead.reasons is 'Why it fits, one short sentence each.';
comment on column lead.model is 'Classifier whose verdict it rests on.';
comment on column lead.current is 'False if the latest matching no longer finds it; kept for its history.';
comment on column lead.state is 'What the owner did: new (nothing yet), seen, answered, dismissed or snoozed.';
comment on column lead.state_at is 'When the owner last changed the state.';
comment on column lead.snoozed_until is 'When a snoozed lead comes back.';
comment on column lead.found_at is 'When it became a lead.';
comment on column lead.matched_at is 'When it was last matched.';

create table owner_verdict (
    post_id bigint primary key references post on delete cascade,
    request boolean,
    kinds text[] not null,
    judged_at timestamptz not null
);
comment on table owner_verdict is 'What the owner says about a post; the classifier learns from it.';
comment on column owner_verdict.post_id is 'The post.';
comment on column owner_verdict.request is 'Whether it asks for help; null if the owner judged the kinds alone.';
comment on column owner_verdict.kinds is 'The kinds of request it really is.';
comment on column owner_verdict.judged_at is 'When the owner said so.';

-- What was kept out ----------------------------------------------------------------------------------------

create table dead_letter (
    id bigint generated always as identity primary key,
    source text not null,
    external_id text not null,
    url text not null,
    reason text not null,
    payload jsonb not null,
    times integer not null default 1,
    first_at timestamptz not null,
    last_at timestamptz not null
);
create unique index dead_letter_once on dead_letter (source, md5(external_id));
comment on table dead_letter is 'A post that Postgres refused, so that the others of its group could be stored.';
comment on column dead_letter.id is 'Number of the dead letter.';
comment on column dead_letter.source is 'Name of the source.';
comment on column dead_letter.external_id is 'The software''s own id of the post.';
comment on column dead_letter.url is 'Link to the post.';
comment on column dead_letter.reason is 'Why it was refused.';
comment on column dead_letter.payload is 'The post, cleaned so that it can be stored and shortened.';
comment on column dead_letter.times is 'How often it was refused.';
comment on column dead_letter.first_at is 'When it was first refused.';
comment on column dead_letter.last_at is 'When it was last refused.';

create table tombstone (
    kind text not null check (kind in ('post', 'author', 'url')),
    digest bytea not null,
    reason text not null,
    created_at timestamptz not null,
    primary key (digest)
);
comment on table tombstone is 'What must not be stored (again): forgotten posts and links, and authors who objected. Holds hashes only.';
comment on column tombstone.kind is 'What is forgotten: a post, an author or a link.';
comment on column tombstone.digest is 'Hash of its identity.';
comment on column tombstone.reason is 'Why, in the owner''s words.';
comment on column tombstone.created_at is 'When it was forgotten.';

-- Full-text search -----------------------------------------------------------------------------------------

create function radar_fold(words text) returns text
    language sql immutable strict parallel safe
    return lower(public.unaccent('public.unaccent'::regdictionary,
        replace(replace(replace(replace(replace(replace(replace(normalize(words, nfc),
            'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'Ä', 'Ae'), 'Ö', 'Oe'), 'Ü', 'Ue'), 'ß', 'ss')));
comment on function radar_fold(text) is 'Text in lower case without accents; umlauts and sharp s are spelled out (ä to ae, ß to ss).';

create function radar_document(title text, words text, english boolean) returns tsvector
    language sql immutable strict parallel safe
    return setweight(to_tsvector(case when english then 'pg_catalog.english' else 'pg_catalog.german' end::regconfig,
                                 radar_fold(left(title, 2000))), 'A')
        || setweight(to_tsvector(case when english then 'pg_catalog.english' else 'pg_catalog.german' end::regconfig,
                                 radar_fold(left(words, 100000))), 'B');
comment on function radar_document(text, text, boolean) is 'What full-text search looks at: stems of title (weight A) and text (weight B), by the rules of English or German.';

create table search_document (
    post_id bigint primary key references post on delete cascade,
    english boolean not null,
    document tsvector not null,
    title text not null
);
create index search_document_words on search_document using gin (document);
create index search_document_title on search_document using gin (title gin_trgm_ops);
comment on table search_document is 'Index of the words of posts, made shortly after they are stored; use the function search_posts.';
comment on column search_document.post_id is 'The post.';
comment on column search_document.english is 'Whether the words were reduced to their stems by the rules of English instead of German.';
comment on column search_document.document is 'Stems of title and text.';
comment on column search_document.title is 'Folded title, for searching parts of words.';

create table search_queue (
    post_id bigint primary key
);
comment on table search_queue is 'Posts whose words are not in search_document yet; search_posts looks at them all the same.';
comment on column search_queue.post_id is 'The post.';

create function radar_english(post bigint, stated text) returns boolean
    language sql stable parallel safe
begin atomic
    select coalesce((select v.language = 'en' from verdict v where v.post_id = post and v.language <> ''
                     order by v.judged_at desc limit 1), stated like 'en%');
end;
comment on function radar_english(bigint, text) is 'Whether a post is English: as judged, else as page or source state.';

create function search_posts(words text) returns table (post_id bigint, rank real)
    language sql stable strict parallel safe
begin atomic
    with wanted as materialized (
        select websearch_to_tsquery('pg_catalog.german', radar_fold(words)) as german,
               websearch_to_tsquery('pg_catalog.english', radar_fold(words)) as english
    ), pending as (
        select p.id, e.english, radar_document(p.title, p.text, e.english) as document
        from search_queue q
        join post p on p.id = q.post_id
        cross join lateral (select radar_english(p.id, p.language) as english) e
        where p.text_removed_at is null
    )
    select d.post_id, ts_rank(d.document, w.german) from search_document d, wanted w
        where not d.english and d.document @@ w.german and not exists (select from search_queue q where q.post_id = d.post_id)
    union all
    select d.post_id, ts_rank(d.document, w.english) from search_document d, wanted w
        where d.english and d.document @@ w.english and not exists (select from search_queue q where q.post_id = d.post_id)
    union all
    select p.id, ts_rank(p.document, case when p.english then w.english else w.german end) from pending p, wanted w
        where p.document @@ case when p.english then w.english else w.german end;
end;
comment on function search_posts(text) is 'Posts that contain the words, with a rank: search_posts(''crm -cloud "im Handwerk"''). Words are reduced to their stems, German and English; OR, minus and quotes work as in web searches.';

create function radar_quotes(title text, words text, evidence jsonb) returns text[]
    language sql immutable strict parallel safe
    return (
        select coalesce(array_agg(quote order by place) filter (where quote <> ''), '{}')
        from (
            select place, substr(case span ->> 0 when 'title' then title when 'text' then words else '' end,
                          greatest((span ->> 1)::integer, 0) + 1,
                          least(greatest((span ->> 2)::integer - (span ->> 1)::integer, 0), 300)) as quote
            from jsonb_array_elements(evidence) with ordinality as spans (span, place)
            where place <= 8
        ) as quotes
    );
comment on function radar_quotes(text, text, jsonb) is 'The words that evidence points at, strongest first.';

-- Views for people -----------------------------------------------------------------------------------------

create view posts as
select p.id as post_id, p.source, s.channel, p.board, p.title, p.text, p.author,
       coalesce(nullif(v.language, ''), left(p.language, 2)) as language, p.url, p.thread_url, p.thread_id,
       p.first, p.answer_count, p.solved, v.request,
       array(select k.key from jsonb_each(v.kinds) k where k.value::real >= 0.5 order by k.value::real desc) as kinds,
       radar_quotes(p.title, p.text, v.evidence) as evidence, v.confident, v.model,
       coalesce(p.created_at, p.first_seen_at) as posted_at, p.edited_at, p.first_seen_at as stored_at
from post p
left join source s on s.name = p.source
left join lateral (select * from verdict where verdict.post_id = p.id order by judged_at desc, model desc limit 1) v on true;
comment on view posts is 'All posts with the latest verdict on each.';
comment on column posts.post_id is 'Number of the post.';
comment on column posts.source is 'Name of the source.';
comment on column posts.channel is 'feed, forum, qa, list, social or tracker.';
comment on column posts.board is 'Board, category, group or tag.';
comment on column posts.title is 'Title of the thread.';
comment on column posts.text is 'The author''s own words; empty once their time is over.';
comment on column posts.author is 'Pseudonym of the author, or the name if the owner chose so.';
comment on column posts.language is 'Language judged from the text, else the one that page or source state.';
comment on column posts.url is 'Link to the post.';
comment on column posts.thread_url is 'Link to the thread.';
comment on column posts.thread_id is 'The software''s own id of the thread.';
comment on column posts.first is 'Whether it opens the thread; null where unknown.';
comment on column posts.answer_count is 'Answers to the thread as the page counts them.';
comment on column posts.solved is 'Whether the thread is marked as solved.';
comment on column posts.request is 'Probability (0 to 1) that the author asks the public for help.';
comment on column posts.kinds is 'Kinds of request with a probability of one half and more, most probable first.';
comment on column posts.evidence is 'The words that carried the verdict, strongest first.';
comment on column posts.confident is 'False where the classifier does not know the language well.';
comment on column posts.model is 'Classifier of the verdict.';
comment on column posts.posted_at is 'When it was written; when it was first stored if the page does not say.';
comment on column posts.edited_at is 'When the site says it was edited.';
comment on column posts.stored_at is 'When it was first stored.';

create view leads as
select l.id as lead_id, l.profile, l.score, l.kinds, p.title, radar_quotes(p.title, p.text, v.evidence) as evidence,
       p.url, p.source, p.board, p.author, coalesce(nullif(v.language, ''), left(p.language, 2)) as language,
       s.region, v.request, l.reasons, l.state, l.snoozed_until, l.current,
       coalesce(p.created_at, p.first_seen_at) as posted_at,
       date_trunc('second', now() - coalesce(p.created_at, p.first_seen_at)) as age,
       l.found_at, p.first, p.answer_count, p.solved, p.thread_url, p.text, p.id as post_id
from lead l
join post p on p.id = l.post_id
left join source s on s.name = p.source
left join verdict v on v.post_id = l.post_id and v.model = l.model;
comment on view leads is 'Posts that fit a profile, with the words that say why, the link and what the owner did.';
comment on column leads.lead_id is 'Number of the lead, as radar show and radar mark take it.';
comment on column leads.profile is 'Name of the profile.';
comment on column leads.score is '0 to 1; higher is the better fit.';
comment on column leads.kinds is 'Kinds of request, most probable first.';
comment on column leads.title is 'Title of the thread.';
comment on column leads.evidence is 'The words that carried the verdict, strongest first.';
comment on column leads.url is 'Link to the post.';
comment on column leads.source is 'Name of the source.';
comment on column leads.board is 'Board, category, group or tag.';
comment on column leads.author is 'Pseudonym of the author, or the name if the owner chose so.';
comment on column leads.language is 'Language judged from the text, else the one that page or source state.';
comment on column leads.region is 'Region of the source.';
comment on column leads.request is 'Probability (0 to 1) that the author asks the public for help.';
comment on column leads.reasons is 'Why it fits, one short sentence each.';
comment on column leads.state is 'new, seen, answered, dismissed or snoozed.';
comment on column leads.snoozed_until is 'When a snoozed lead comes back.';
comment on column leads.current is 'False if the latest matching no longer finds it.';
comment on column leads.posted_at is 'When the post was written; when it was first stored if the page does not say.';
comment on column leads.age is 'Time since then.';
comment on column leads.found_at is 'When it became a lead.';
comment on column leads.first is 'Whether the post opens the thread; null where unknown.';
comment on column leads.answer_count is 'Answers to the thread as the page counts them.';
comment on column leads.solved is 'Whether the thread is marked as solved.';
comment on column leads.thread_url is 'Link to the thread.';
comment on column leads.text is 'The author''s own words; empty once their time is over.';
comment on column leads.post_id is 'Number of the post.';

create view open_leads as
select lead_id, profile, score, kinds, title, evidence, url, source, board, author, language, region, request,
       reasons, state, posted_at, age, found_at, answer_count, solved, text, post_id
from leads
where current and (state in ('new', 'seen') or (state = 'snoozed' and snoozed_until <= now()));
comment on view open_leads is 'Leads that wait for the owner: neither answered nor dismissed; snoozed ones come back when they are due.';
comment on column open_leads.lead_id is 'Number of the lead, as radar show and radar mark take it.';
comment on column open_leads.profile is 'Name of the profile.';
comment on column open_leads.score is '0 to 1; higher is the better fit.';
comment on column open_leads.kinds is 'Kinds of request, most probable first.';
comment on column open_leads.title is 'Title of the thread.';
comment on column open_leads.evidence is 'The words that carried the verdict, strongest first.';
comment on column open_leads.url is 'Link to the post.';
comment on column open_leads.source is 'Name of the source.';
comment on column open_leads.board is 'Board, category, group or tag.';
comment on column open_leads.author is 'Pseudonym of the author, or the name if the owner chose so.';
comment on column open_leads.language is 'Language judged from the text, else the one that page or source state.';
comment on column open_leads.region is 'Region of the source.';
comment on column open_leads.request is 'Probability (0 to 1) that the author asks the public for help.';
comment on column open_leads.reasons is 'Why it fits, one short sentence each.';
comment on column open_leads.state is 'new, seen or snoozed.';
comment on column open_leads.posted_at is 'When the post was written; when it was first stored if the page does not say.';
comment on column open_leads.age is 'Time since then.';
comment on column open_leads.found_at is 'When it became a lead.';
comment on column open_leads.answer_count is 'Answers to the thread as the page counts them.';
comment on column open_leads.solved is 'Whether the thread is marked as solved.';
comment on column open_leads.text is 'The author''s own words; empty once their time is over.';
comment on column open_leads.post_id is 'Number of the post.';

create view source_health as
select s.name as source, s.channel, s.url,
       case
           when s.state <> 'active' then s.state
           when not s.enabled then 'disabled'
           when s.last_visit_at is null then 'not read yet'
           when s.failures >= 3 then 'failing'
           when s.last_outcome = 'empty' then 'nothing readable'
           when s.last_outcome in ('moved', 'opted-out') then s.last_outcome
           when s.next_check_at < now() - interval '1 day' then 'overdue'
           else 'ok'
       end as health,
       s.state_reason as reason, s.last_outcome, s.failures, s.last_visit_at, s.last_ok_at, s.next_check_at,
       newest.at as newest_post_at, coalesce(week.posts, 0) as posts_in_7_days, coalesce(week.leads, 0) as leads_in_7_days,
       coalesce(trouble.problems, 0) as problems_in_7_days
from source s
left join lateral (select p.created_at as at from post p where p.source = s.name and p.created_at is not null order by p.created_at desc limit 1) newest on true
left join lateral (
    select count(distinct p.id) as posts, count(l.id) as leads
    from post p left join lead l on l.post_id = p.id and l.current
    where p.source = s.name and p.created_at >= now() - interval '7 days'
) week on true
left join lateral (
    select count(*) as problems from problem b where b.source = s.name and b.last_at >= now() - interval '7 days'
) trouble on true;
comment on view source_health is 'How each source is doing, and what it has brought lately.';
comment on column source_health.source is 'Name of the source.';
comment on column source_health.channel is 'feed, forum, qa, list, social or tracker.';
comment on column source_health.url is 'Its address.';
comment on column source_health.health is 'ok, or what is wrong: paused, retired, removed, disabled, not read yet, failing, nothing readable, moved, opted-out, overdue.';
comment on column source_health.reason is 'Why it is paused, retired or removed.';
comment on column source_health.last_outcome is 'How the latest visit ended.';
comment on column source_health.failures is 'Visits without success in a row.';
comment on column source_health.last_visit_at is 'End of the latest visit.';
comment on column source_health.last_ok_at is 'End of the latest visit that got an answer.';
comment on column source_health.next_check_at is 'When it is due.';
comment on column source_health.newest_post_at is 'When its newest post was written.';
comment on column source_health.posts_in_7_days is 'Posts written in the last 7 days.';
comment on column source_health.leads_in_7_days is 'Leads among them.';
comment on column source_health.problems_in_7_days is 'Different problems seen on its pages in the last 7 days.';

create view kinds_by_day as
select (p.posted_at at time zone 'UTC')::date as day, kind, count(*) as posts,
       count(*) filter (where exists (select from lead l where l.post_id = p.post_id and l.current and kind = any (l.kinds))) as leads
from posts p cross join unnest(p.kinds) as kind
where p.request >= 0.5
group by 1, 2;
comment on view kinds_by_day is 'How many posts asked for what, day by day (UTC).';
comment on column kinds_by_day.day is 'Day on which the posts were written.';
comment on column kinds_by_day.kind is 'Kind of request; a post may be of several.';
comment on column kinds_by_day.posts is 'Posts of this kind.';
comment on column kinds_by_day.leads is 'Those among them that fit a profile in this kind.';

create view profile_summary as
select r.name as profile, r.description, r.removed_at,
       count(l.id) filter (where l.current) as leads,
       count(l.id) filter (where l.current and (l.state in ('new', 'seen') or (l.state = 'snoozed' and l.snoozed_until <= now()))) as open,
       count(l.id) filter (where l.state = 'answered') as answered,
       count(l.id) filter (where l.state = 'dismissed') as dismissed,
       count(l.id) filter (where l.current and l.found_at >= now() - interval '7 days') as found_in_7_days,
       max(l.found_at) as latest_at
from profile r left join lead l on l.profile = r.name
group by r.name;
comment on view profile_summary is 'How many leads each profile has found, and what became of them.';
comment on column profile_summary.profile is 'Name of the profile.';
comment on column profile_summary.description is 'What it is for.';
comment on column profile_summary.removed_at is 'When it was removed from radar.toml.';
comment on column profile_summary.leads is 'Leads that its latest matching finds.';
comment on column profile_summary.open is 'Leads that wait for the owner.';
comment on column profile_summary.answered is 'Leads that the owner answered.';
comment on column profile_summary.dismissed is 'Leads that the owner dismissed.';
comment on column profile_summary.found_in_7_days is 'Leads found in the last 7 days.';
comment on column profile_summary.latest_at is 'When the latest lead was found.';
