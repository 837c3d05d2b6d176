package docs_test

import (
	"bufio"
	"context"
	"debug/elf"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// deployment returns a file of docs/deployment.
func deployment(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(docs, "deployment", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDeploymentFilesAreValid has the tools judge the files of the pages, where the tools are installed.
func TestDeploymentFilesAreValid(t *testing.T) {
	dir, err := filepath.Abs(filepath.Join(docs, "deployment"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, tool, command string }{
		// The test is not root, and has no certificate of the shop.
		{"nginx", "nginx", `openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=shop.example.com -keyout "$TMP/key.pem" -out "$TMP/cert.pem" 2>&1
			sed "s|/etc/ssl/shop|$TMP|; s|listen 80;|listen 127.0.0.1:18080;|; s|listen 443 |listen 127.0.0.1:18443 |" "$DIR/proxy/nginx.conf" >"$TMP/nginx.conf"
			nginx -t -q -p "$TMP" -g 'pid nginx.pid; error_log stderr;' -c "$TMP/nginx.conf"`},
		// The program is not installed on the machine of the test.
		{"systemd", "systemd-analyze", `sed 's|/usr/local/bin/app|/bin/true|' "$DIR/systemd/app.service" >"$TMP/app.service"
			cp "$DIR/systemd/app.socket" "$TMP"; cd "$TMP"
			SYSTEMD_UNIT_PATH="$TMP:" systemd-analyze verify --man=no ./app.socket ./app.service 2>&1 | tee verify
			! grep -q ignoring verify # a line that systemd does not know`},
		{"sandbox", "systemd-analyze", `systemd-analyze security --offline=true --threshold=20 "$DIR/systemd/app.service"`},
		{"caddy", "caddy", `caddy validate --adapter caddyfile --config "$DIR/proxy/Caddyfile"`},
		{"kubernetes", "kubeconform", `kubeconform -strict "$DIR/kubernetes/kubernetes.yaml"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := exec.LookPath(c.tool); err != nil {
				t.Skipf("%s is not installed", c.tool)
			}
			cmd := exec.Command("sh", "-ec", c.command)
			cmd.Env = append(os.Environ(), "DIR="+dir, "TMP="+t.TempDir())
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// instruction returns what the only line of the Dockerfile that begins with the words says behind them.
func instruction(t *testing.T, words string) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(words)+` (.+)$`).FindAllStringSubmatch(deployment(t, "container/Dockerfile"), -1)
	if len(found) != 1 {
		t.Fatalf("the Dockerfile has %d lines %s, want one", len(found), words)
	}
	return found[0][1]
}

// buildImage runs the command of the Dockerfile that builds the program, and returns the program.
func buildImage(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "app")
	build := instruction(t, "RUN CGO_ENABLED=0")
	command := strings.Replace(build, "-o /app ", "-o "+program+" ", 1)
	if command == build {
		t.Fatalf("the Dockerfile builds no /app: %s", build)
	}
	cmd := exec.Command("sh", "-ec", "CGO_ENABLED=0 "+command)
	cmd.Dir = filepath.Join(docs, "deployment/container")
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// container is a program that runs as in the image.
type container struct {
	cmd  *exec.Cmd
	env  []string
	port string
}

var listening = regexp.MustCompile(`"address":"http://[^"]*:(\d+)"`)

// serve starts a command, and waits until its log says where it serves.
func serve(t *testing.T, cmd *exec.Cmd) *container {
	t.Helper()
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	var seen strings.Builder
	for lines := bufio.NewScanner(log); lines.Scan(); {
		seen.WriteString(lines.Text() + "\n")
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			go io.Copy(io.Discard, log)
			return &container{cmd: cmd, env: cmd.Env, port: m[1]}
		}
	}
	t.Fatalf("the program does not serve:\n%s", seen.String())
	return nil
}

// check runs the health check of the Dockerfile.
func (c *container) check(t *testing.T, program string) (string, error) {
	t.Helper()
	_, list, _ := strings.Cut(instruction(t, "HEALTHCHECK"), " CMD ")
	var words []string
	if err := json.Unmarshal([]byte(list), &words); err != nil || words[0] != "/app" {
		t.Fatalf("the health check is no list that begins with /app: %s", list)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, words[1:]...)
	cmd.Env = append(c.env, "BRIO_ADDRESS=:"+c.port)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestImage does what the Dockerfile and app.service say, without a container and without systemd.
func TestImage(t *testing.T) {
	program := buildImage(t)
	t.Run("container", func(t *testing.T) { testContainer(t, program) })
	t.Run("systemd", func(t *testing.T) { testSystemd(t, program) })
}

// testContainer starts the program with the variables of the image, runs the health check, and stops the program.
func testContainer(t *testing.T, program string) {
	file, err := elf.Open(program)
	if err != nil {
		t.Skip("programs of this system are no ELF files:", err)
	}
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("the program needs a dynamic linker, which the image lacks")
		}
	}
	file.Close()
	if user, _, _ := strings.Cut(instruction(t, "USER"), ":"); user == "0" || strings.Trim(user, "0123456789") != "" {
		t.Errorf("the image runs as %q, want the number of a user that is not root", user)
	}

	cmd := exec.Command(program)
	cmd.Dir = t.TempDir()
	cmd.Env = append(strings.Fields(instruction(t, "ENV")), "BRIO_ADDRESS=127.0.0.1:0") // nothing else is in the image
	c := serve(t, cmd)
	if out, err := c.check(t, program); err != nil {
		t.Errorf("the health check fails: %v\n%s", err, out)
	}
	probe(t, c)

	cmd.Process.Signal(syscall.SIGTERM)
	draining := false
	for deadline := time.Now().Add(patience); !draining && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		out, err := c.check(t, program)
		draining = err != nil && strings.Contains(out, "503")
	}
	if !draining {
		t.Error("the health check does not see the drain")
	}
	cmd.Process.Signal(syscall.SIGTERM) // a second signal ends it at once
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Error("the program does not end")
	}
	if out, err := c.check(t, program); err == nil {
		t.Errorf("the health check passes though the program has ended: %s", out)
	}
}

// testSystemd starts the program as app.service does, with a socket as systemd passes it.
func testSystemd(t *testing.T, program string) {
	service := deployment(t, "systemd/app.service")
	start := regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/app (.+)$`).FindStringSubmatch(service)
	if start == nil {
		t.Fatal("app.service does not start the program")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	cmd := exec.Command("sh", "-c", `LISTEN_PID=$$ exec "$0" `+start[1], program)
	cmd.ExtraFiles = []*os.File{socket} // descriptor 3
	cmd.Env = append(os.Environ(), "BRIO_ENV=production", "LISTEN_FDS=1")
	c := serve(t, cmd)
	if want := strconv.Itoa(l.Addr().(*net.TCPAddr).Port); c.port != want {
		t.Errorf("the program serves on port %s, the socket has %s", c.port, want)
	}
	l.Close() // the program has its own descriptor
	if status, _ := get(t, c, "/"); status != 200 {
		t.Errorf("the program answers %d over the socket", status)
	}
}

func get(t *testing.T, c *container, path string) (int, string) {
	t.Helper()
	answer, err := (&http.Client{Timeout: patience}).Get("http://127.0.0.1:" + c.port + path)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(body)
}

// probe asks each path that a probe of kubernetes.yaml names.
func probe(t *testing.T, c *container) {
	t.Helper()
	for _, path := range regexp.MustCompile(`httpGet: \{path: ([^,]+),`).FindAllStringSubmatch(deployment(t, "kubernetes/kubernetes.yaml"), -1) {
		if status, body := get(t, c, path[1]); status != 200 {
			t.Errorf("the probe of %s gets %d %s", path[1], status, body)
		}
	}
}

// object is what the test reads of the objects of Kubernetes. encoding/json finds the members in any case.
type object struct {
	APIVersion, Kind string
	Metadata         struct{ Name string }
	Spec             struct {
		Selector json.RawMessage
		Ports    []struct{ TargetPort int }
		Template struct {
			Metadata struct{ Labels map[string]string }
			Spec     struct {
				TerminationGracePeriodSeconds int
				Containers                    []struct {
					Ports                                       []struct{ ContainerPort int }
					Env                                         []struct{ Name, Value string }
					StartupProbe, LivenessProbe, ReadinessProbe *struct{ HTTPGet struct{ Port int } }
					Resources                                   struct{ Limits struct{ Memory string } }
					SecurityContext                             struct{ RunAsUser int }
				}
			}
		}
	}
}

// TestKubernetesFitsImage: kubernetes.yaml agrees with the Dockerfile, with the program, and in itself.
func TestKubernetesFitsImage(t *testing.T) {
	objects := map[string]*object{}
	for documents := yaml.NewDecoder(strings.NewReader(deployment(t, "kubernetes/kubernetes.yaml"))); ; {
		var tree any
		if err := documents.Decode(&tree); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		o := new(object)
		if err := json.Unmarshal(text, o); err != nil {
			t.Fatal(err)
		}
		if o.APIVersion == "" || o.Metadata.Name != "hello" {
			t.Errorf("%s has the version %q and the name %q", o.Kind, o.APIVersion, o.Metadata.Name)
		}
		objects[o.Kind] = o
	}
	app, service, budget := objects["Deployment"], objects["Service"], objects["PodDisruptionBudget"]
	if len(objects) != 3 || app == nil || service == nil || budget == nil || len(app.Spec.Template.Spec.Containers) != 1 {
		t.Fatalf("want one container of a Deployment, its Service and its PodDisruptionBudget, got %d kinds", len(objects))
	}
	labels, _ := json.Marshal(app.Spec.Template.Metadata.Labels)
	for o, want := range map[*object]string{app: `{"matchLabels":` + string(labels) + `}`, service: string(labels), budget: `{"matchLabels":` + string(labels) + `}`} {
		if got := string(o.Spec.Selector); got != want {
			t.Errorf("%s selects %s, and the pods need %s", o.Kind, got, want)
		}
	}

	c := app.Spec.Template.Spec.Containers[0]
	port := atoi(t, instruction(t, "EXPOSE"))
	if c.StartupProbe == nil || c.LivenessProbe == nil || c.ReadinessProbe == nil {
		t.Fatal("a probe is missing")
	}
	ports := []int{c.Ports[0].ContainerPort, service.Spec.Ports[0].TargetPort, c.StartupProbe.HTTPGet.Port, c.LivenessProbe.HTTPGet.Port, c.ReadinessProbe.HTTPGet.Port}
	for _, got := range ports {
		if got != port {
			t.Errorf("the ports are %v, the image has %d", ports, port)
		}
	}
	if env := instruction(t, "ENV"); !strings.Contains(env+" ", "BRIO_ADDRESS=:"+strconv.Itoa(port)+" ") {
		t.Errorf("the image exposes %d, and its variables are %s", port, env)
	}
	if user, _, _ := strings.Cut(instruction(t, "USER"), ":"); c.SecurityContext.RunAsUser != atoi(t, user) {
		t.Errorf("the pod runs as %d, the image as %s", c.SecurityContext.RunAsUser, user)
	}
	if len(c.Env) != 1 || c.Env[0].Name != "GOMEMLIMIT" {
		t.Fatalf("the variables are %v", c.Env)
	}
	soft, hard := atoi(t, strings.TrimSuffix(c.Env[0].Value, "MiB")), atoi(t, strings.TrimSuffix(c.Resources.Limits.Memory, "Mi"))
	if soft < hard*3/4 || soft > hard*9/10 {
		t.Errorf("GOMEMLIMIT is %d MiB of %d, want about four fifths", soft, hard)
	}

	delay := regexp.MustCompile(`ShutdownDelay\((\d+)\*time\.Second\)`).FindStringSubmatch(deployment(t, "container/main.go"))
	if delay == nil {
		t.Fatal("the program has no ShutdownDelay in seconds")
	}
	const timeout = 10 // of requests, and again of tasks: the default of ShutdownTimeout in seconds
	if need, got := atoi(t, delay[1])+2*timeout, app.Spec.Template.Spec.TerminationGracePeriodSeconds; got <= need {
		t.Errorf("the pod is killed after %d seconds, and the program may need %d", got, need)
	}
	stop := regexp.MustCompile(`(?m)^TimeoutStopSec=(\d+)$`).FindStringSubmatch(deployment(t, "systemd/app.service"))
	if stop == nil || atoi(t, stop[1]) <= atoi(t, delay[1])+2*timeout {
		t.Errorf("systemd kills the program too early: %v", stop)
	}
}

func atoi(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
