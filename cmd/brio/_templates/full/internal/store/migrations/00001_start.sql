-- +goose Up
create table users (
	id       text    primary key,
	email    text    not null unique,
	name     text    not null,
	password text    not null, -- argon2id
	scopes   text    not null, -- what tokens of the user may have, joined with spaces
	disabled boolean not null default false,
	created  bigint  not null
);

create table sessions (
	id      text    primary key,
	user_id text    not null references users on delete cascade,
	scopes  text    not null, -- what the client has asked for, of those of the user
	expires bigint  not null,
	ended   boolean not null default false
);
create index sessions_user on sessions (user_id);

create table refresh_tokens (
	hash       text    primary key, -- who reads the database cannot sign in with it
	session_id text    not null references sessions on delete cascade,
	used       boolean not null default false
);
create index refresh_tokens_session on refresh_tokens (session_id);

create table teams (
	id      text   primary key,
	name    text   not null,
	created bigint not null
);

create table members (
	team_id text not null references teams on delete cascade,
	user_id text not null references users on delete cascade,
	role    text not null check (role in ('owner', 'member')),
	primary key (team_id, user_id)
);
create index members_user on members (user_id);

create table items (
	id       text    primary key,
	team_id  text    not null references teams on delete cascade,
	owner_id text    not null references users on delete cascade,
	name     text    not null,
	done     boolean not null,
	created  bigint  not null
);
create index items_team on items (team_id, id);

create table jobs (
	id       text    primary key,
	kind     text    not null,
	payload  text    not null, -- JSON
	attempts integer not null default 0,
	due      bigint,           -- null when all attempts have failed
	error    text    not null default ''
);
create index jobs_due on jobs (due);

-- +goose Down
drop table jobs;
drop table items;
drop table members;
drop table teams;
drop table refresh_tokens;
drop table sessions;
drop table users;
