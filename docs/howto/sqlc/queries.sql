-- name: ListAuthors :many
select * from authors order by name limit ?;

-- name: ReadAuthor :one
select * from authors where id = ?;

-- name: CreateAuthor :one
insert into authors (name, born) values (?, ?) returning *;
