package adb

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// maxFrame is the longest string that four hexadecimal digits can announce.
const maxFrame = 0xffff

// conn is a connection whose every wait is bounded: by the context, and by a time in which nothing is heard.
type conn struct {
	net.Conn
	ctx  context.Context
	idle time.Duration
	stop func() bool
	who  string // the phone, for errors; "" while only the server is spoken to
}

func newConn(ctx context.Context, c net.Conn, idle time.Duration) *conn {
	return &conn{Conn: c, ctx: ctx, idle: idle, stop: context.AfterFunc(ctx, func() { c.Close() })}
}

func (c *conn) Close() error {
	c.stop()
	return c.Conn.Close()
}

// Read reads, at most for as long as something comes now and then. At the end of the connection it is io.EOF.
func (c *conn) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	if err := c.SetReadDeadline(time.Now().Add(c.idle)); err != nil && c.ctx.Err() == nil {
		return 0, c.broken(err)
	}
	quickAck(c.Conn)
	n, err := c.Conn.Read(p)
	if err == nil || n > 0 || err == io.EOF {
		return n, err
	}
	return n, c.broken(err)
}

func (c *conn) write(p []byte) error {
	if err := c.SetWriteDeadline(time.Now().Add(c.idle)); err != nil {
		return c.broken(err)
	}
	if _, err := c.Conn.Write(p); err != nil {
		return c.broken(err)
	}
	return nil
}

// broken says why the connection cannot be used any more.
func (c *conn) broken(err error) error {
	switch {
	case c.ctx.Err() != nil:
		return c.ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fail(ErrSilent, c.who, fmt.Sprintf("nothing heard for %s", c.idle))
	}
	return c.ended()
}

// ended is the error for a connection that is over before it should be.
func (c *conn) ended() error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	if c.who == "" {
		return fail(ErrNoServer, "", "it hung up")
	}
	return fail(ErrGone, c.who, "")
}

// full reads all of p; an end before is an error.
func (c *conn) full(p []byte) error {
	_, err := io.ReadFull(c, p)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return c.ended()
	}
	return err
}

// request sends one request of the server protocol and reads whether it was granted.
func (c *conn) request(service string) error {
	if len(service) > maxFrame {
		return fmt.Errorf("%w: a request of %d bytes; adb takes %d", ErrTooLong, len(service), maxFrame)
	}
	if err := c.write(fmt.Appendf(nil, "%04x%s", len(service), service)); err != nil {
		return err
	}
	var status [4]byte
	if err := c.full(status[:]); err != nil {
		return err
	}
	switch string(status[:]) {
	case "OKAY":
		return nil
	case "FAIL":
		why, err := c.text()
		if err != nil {
			return err
		}
		return c.refusal(why)
	}
	return fail(ErrProtocol, c.who, fmt.Sprintf("%q where OKAY or FAIL should be", status[:]))
}

// text reads a string with its length before it.
func (c *conn) text() (string, error) {
	var head [4]byte
	if err := c.full(head[:]); err != nil {
		return "", err
	}
	n, err := hexLength(head)
	if err != nil {
		return "", fail(ErrProtocol, c.who, err.Error())
	}
	b := make([]byte, n)
	if err := c.full(b); err != nil {
		return "", err
	}
	return string(b), nil
}

func hexLength(head [4]byte) (int, error) {
	var b [2]byte
	if _, err := hex.Decode(b[:], head[:]); err != nil {
		return 0, fmt.Errorf("%q where a length should be", head[:])
	}
	return int(b[0])<<8 | int(b[1]), nil
}

// refusal turns what the server says about a phone into one of the errors of this package.
func (c *conn) refusal(why string) error {
	first, _, _ := strings.Cut(why, "\n")
	detail := fmt.Sprintf("adb: %q", clip(first))
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(why, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("more than one"):
		return fail(ErrAmbiguous, c.who, detail)
	case has("unauthorized", "still authorizing"):
		return fail(ErrUnauthorized, c.who, detail)
	case has("not found", "no devices", "no emulators"):
		return fail(ErrNoPhone, c.who, detail)
	case has("offline", "still connecting"):
		return fail(ErrOffline, c.who, detail)
	case has("insufficient permissions", "no permissions"):
		return fail(ErrDenied, c.who, detail)
	}
	return fail(ErrRefused, c.who, detail)
}

// clip keeps foreign text in an error short.
func clip(s string) string {
	if len(s) > 200 {
		return s[:200] + "…"
	}
	return s
}
