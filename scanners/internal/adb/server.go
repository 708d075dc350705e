package adb

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// defaultIdle is how long a phone may say nothing: longer than the ten seconds after which Android's own dumpsys
// gives up on a service.
const defaultIdle = 30 * time.Second

// serverPatience is how long the server may take for what it answers by itself, all of it: it asks no phone for that.
const serverPatience = 3 * time.Second

// Server is where the adb server listens. Its zero value is the server of this computer, as adb itself finds it.
type Server struct {
	// Addr is "host:port", or "" for what ADB_SERVER_SOCKET or ANDROID_ADB_SERVER_ADDRESS and
	// ANDROID_ADB_SERVER_PORT say, or else 127.0.0.1:5037.
	Addr string
	// Dial connects to it; nil for the network.
	Dial func(ctx context.Context) (net.Conn, error)
	// Idle is how long a phone may say nothing while something is waited for; 0 is 30 seconds. The server itself has
	// less time, see serverPatience.
	Idle time.Duration
}

// address is the network and address of the server.
func (s *Server) address() (network, addr string, err error) {
	if s.Addr != "" {
		return "tcp", s.Addr, nil
	}
	if spec := os.Getenv("ADB_SERVER_SOCKET"); spec != "" {
		return socketSpec(spec)
	}
	host, port := os.Getenv("ANDROID_ADB_SERVER_ADDRESS"), os.Getenv("ANDROID_ADB_SERVER_PORT")
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "5037"
	}
	return "tcp", net.JoinHostPort(host, port), nil
}

// socketSpec reads adb's own notation for where a server listens.
func socketSpec(spec string) (network, addr string, err error) {
	kind, rest, _ := strings.Cut(spec, ":")
	switch {
	case kind == "tcp" && !strings.Contains(rest, ":"):
		return "tcp", net.JoinHostPort("127.0.0.1", rest), nil
	case kind == "tcp":
		return "tcp", rest, nil
	case kind == "localfilesystem":
		return "unix", rest, nil
	}
	return "", "", fmt.Errorf("ADB_SERVER_SOCKET %q is not understood; write tcp:HOST:PORT or localfilesystem:PATH", spec)
}

func (s *Server) idle() time.Duration {
	if s.Idle > 0 {
		return s.Idle
	}
	return defaultIdle
}

// patience is the time for an answer of the server itself.
func (s *Server) patience() time.Duration { return min(s.idle(), serverPatience) }

func (s *Server) dial(ctx context.Context) (*conn, error) {
	if s.Dial != nil {
		c, err := s.Dial(ctx)
		if err != nil {
			return nil, fail(ErrNoServer, "", err.Error())
		}
		return s.newConn(ctx, c), nil
	}
	network, addr, err := s.address()
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: s.patience()}
	c, err := d.DialContext(ctx, network, addr)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fail(ErrNoServer, "", "at "+addr)
	}
	return s.newConn(ctx, c), nil
}

// ask sends a request that the server answers itself.
func (s *Server) ask(ctx context.Context, service string) (string, error) {
	c, err := s.dial(ctx)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := c.request(service); err != nil {
		return "", err
	}
	return c.text()
}

// Version is the number of the server's protocol, such as 41.
func (s *Server) Version(ctx context.Context) (int, error) {
	text, err := s.ask(ctx, "host:version")
	if err != nil {
		return 0, err
	}
	if len(text) != 4 {
		return 0, fail(ErrProtocol, "", quote(text)+" where a version should be")
	}
	n, err := hexLength([4]byte([]byte(text)))
	if err != nil {
		return 0, fail(ErrProtocol, "", err.Error())
	}
	return n, nil
}

// Start sees to it that a server listens: where none does and this computer has adb, it is started, as any use of
// adb would. A server on another computer, or one reached through Dial, is not started.
func (s *Server) Start(ctx context.Context) error {
	_, first := s.Version(ctx)
	if first == nil || s.Dial != nil || ctx.Err() != nil || errors.Is(first, ErrServerSilent) {
		return first
	}
	network, addr, err := s.address()
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(addr)
	if network != "tcp" || err != nil || !loopback(host) || listens(ctx, addr) {
		return first
	}
	tool, err := exec.LookPath("adb")
	if err != nil {
		return fail(ErrNoServer, "", "at "+addr+", and there is no adb on the PATH")
	}
	return s.launch(ctx, tool, port)
}

func (s *Server) launch(ctx context.Context, tool, port string) error {
	cmd := exec.CommandContext(ctx, tool, "-P", port, "start-server")
	// With an address in the environment, be it this computer's own, adb takes the server for one on another computer.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(kv string) bool {
		return strings.HasPrefix(kv, "ANDROID_ADB_SERVER_") || strings.HasPrefix(kv, "ADB_SERVER_SOCKET=")
	})
	cmd.WaitDelay = time.Second // a server that lives on may keep the pipe open
	said, err := cmd.CombinedOutput()
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		return fail(ErrNoServer, "", fmt.Sprintf("%s start-server: %v, saying %s", tool, err, quote(strings.TrimSpace(string(said)))))
	}
	_, err = s.Version(ctx)
	return err
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// listens tells a port on which something else answers from one that is free.
func listens(ctx context.Context, addr string) bool {
	c, err := (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return false
	}
	c.Close()
	return true
}
