// Package teams has teams and their members. A user sees nothing of the teams of others.
package teams

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
	"github.com/google/uuid"

	"example.com/app/internal/auth"
	"example.com/app/internal/store"
)

// NewTeam is what a client sends.
type NewTeam struct {
	Name string `json:"name" validate:"min=1,max=100"`
}

// Team is a team as its members see it.
type Team struct {
	ID uuid.UUID `json:"id"`
	NewTeam
	Created time.Time `json:"created"`
}

// Person is a member as other members see it.
type Person struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
	Role string    `json:"role" validate:"oneof=owner member"`
}

// Member is the client as a member of the team of the path.
type Member struct {
	Team, User uuid.UUID
	Owner      bool
}

// FindMember provides the Member. Whatever takes it answers others with 404, as if the team did not exist.
func FindMember(ctx context.Context, db *sql.DB, user *auth.User, in *struct {
	Team uuid.UUID `path:"team_id"`
}) (*Member, error) {
	var role string
	err := db.QueryRowContext(ctx, `select role from members where team_id = $1 and user_id = $2`, in.Team, user.ID).Scan(&role)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, missing()
	}
	return &Member{in.Team, user.ID, role == "owner"}, err
}

// ownersOnly is a guard.
func ownersOnly(m *Member) error {
	if !m.Owner {
		return brio.Error(403, "Only owners of the team may do this")
	}
	return nil
}

func missing() error { return brio.Error(404, "There is no such team") }

// Routes are the routes of teams.
func Routes() *brio.Router {
	r := brio.NewRouter(brio.Tags("teams"))
	read, write := auth.Require(auth.TeamsRead), auth.Require(auth.TeamsWrite)
	r.Get("", listTeams, read)
	r.Post("", createTeam, write, brio.Status(201))

	one := brio.NewRouter(brio.Prefix("/{team_id}"), brio.Provide(FindMember), brio.Responds[response.Detail](404, "There is no such team, or no such user"))
	owners := brio.Depends(ownersOnly)
	one.Get("", readTeam, read)
	one.Put("", renameTeam, write, owners)
	one.Delete("", deleteTeam, write, owners, brio.Status(204))
	one.Get("/members", listMembers, read)
	last := brio.Responds[response.Detail](409, "The last owner stays one")
	one.Put("/members", addMember, write, owners, last)
	one.Delete("/members/{user_id}", removeMember, write, owners, brio.Status(204), last)
	r.Include(one)
	return r
}

// listTeams lists a page of the client's teams.
func listTeams(ctx context.Context, db *sql.DB, user *auth.User, in *store.Page) ([]Team, error) {
	return store.List(ctx, db, scanTeam, selectTeam+` where id > $1 and id in (select team_id from members where user_id = $2) order by id limit $3`,
		in.After, user.ID, in.Limit)
}

// createTeam adds a team. The client is its owner.
func createTeam(ctx context.Context, db *sql.DB, user *auth.User, in *brio.Body[NewTeam]) (*Team, error) {
	t := &Team{uuid.Must(uuid.NewV7()), in.Value, time.Now().UTC().Truncate(time.Second)}
	return t, store.Tx(ctx, db, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `insert into teams (id, name, created) values ($1, $2, $3)`, t.ID, t.Name, t.Created.Unix()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `insert into members (team_id, user_id, role) values ($1, $2, 'owner')`, t.ID, user.ID)
		return err
	})
}

// readTeam returns a team.
func readTeam(ctx context.Context, db *sql.DB, m *Member) (*Team, error) {
	t, err := scanTeam(db.QueryRowContext(ctx, selectTeam+` where id = $1`, m.Team))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, missing() // deleted a moment ago
	}
	return t, err
}

// renameTeam changes the name of a team.
func renameTeam(ctx context.Context, db *sql.DB, m *Member, in *brio.Body[NewTeam]) (*Team, error) {
	if _, err := db.ExecContext(ctx, `update teams set name = $1 where id = $2`, in.Value.Name, m.Team); err != nil {
		return nil, err
	}
	return readTeam(ctx, db, m)
}

// deleteTeam deletes a team with its items.
func deleteTeam(ctx context.Context, db *sql.DB, m *Member) error {
	_, err := db.ExecContext(ctx, `delete from teams where id = $1`, m.Team)
	return err
}

// listMembers lists the members of a team.
func listMembers(ctx context.Context, db *sql.DB, m *Member, in *store.Page) ([]Person, error) {
	return store.List(ctx, db, scanPerson, selectPerson+` where m.team_id = $1 and u.id > $2 order by u.id limit $3`, m.Team, in.After, in.Limit)
}

// Invitation names a user by its email address.
type Invitation struct {
	Email string `json:"email" validate:"email,max=254"`
	Role  string `json:"role" validate:"oneof=owner member"`
}

// addMember adds a user to a team, or changes the role of a member.
func addMember(ctx context.Context, db *sql.DB, m *Member, in *brio.Body[Invitation]) (p *Person, err error) {
	email := auth.Email(in.Value.Email)
	err = changeMembers(ctx, db, m.Team, func(tx *sql.Tx) error {
		found, err := store.Changed(tx.ExecContext(ctx, `insert into members (team_id, user_id, role) select $1, id, $2 from users where email = $3
			on conflict (team_id, user_id) do update set role = excluded.role`, m.Team, in.Value.Role, email))
		if err != nil {
			return err
		}
		if !found {
			return brio.Error(404, "No user has this email address")
		}
		p, err = scanPerson(tx.QueryRowContext(ctx, selectPerson+` where m.team_id = $1 and u.email = $2`, m.Team, email))
		return err
	})
	return p, err
}

// removeMember removes a user from a team. The items of the user stay, for the owners of the team.
func removeMember(ctx context.Context, db *sql.DB, m *Member, in *struct {
	User uuid.UUID `path:"user_id"`
}) error {
	return changeMembers(ctx, db, m.Team, func(tx *sql.Tx) error {
		removed, err := store.Changed(tx.ExecContext(ctx, `delete from members where team_id = $1 and user_id = $2`, m.Team, in.User))
		if err == nil && !removed {
			err = brio.Error(404, "The user is not in the team")
		}
		return err
	})
}

// changeMembers calls do in a transaction, and rolls back if the team then has no owner. The first statement locks the team: otherwise two
// owners who remove each other at the same time both succeed.
func changeMembers(ctx context.Context, db *sql.DB, team uuid.UUID, do func(*sql.Tx) error) error {
	return store.Tx(ctx, db, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `update teams set name = name where id = $1`, team); err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		var owners int
		err := tx.QueryRowContext(ctx, `select count(*) from members where team_id = $1 and role = 'owner'`, team).Scan(&owners)
		if err == nil && owners == 0 {
			err = brio.Error(409, "A team has an owner")
		}
		return err
	})
}

const selectTeam = `select id, name, created from teams`

func scanTeam(row store.Row) (*Team, error) {
	var t Team
	var created int64
	err := row.Scan(&t.ID, &t.Name, &created)
	t.Created = time.Unix(created, 0).UTC()
	return &t, err
}

const selectPerson = `select u.id, u.name, m.role from members m join users u on u.id = m.user_id`

func scanPerson(row store.Row) (*Person, error) {
	var p Person
	return &p, row.Scan(&p.ID, &p.Name, &p.Role)
}
