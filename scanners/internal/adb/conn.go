package adb

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// maxFrame is the longest string that four hexadecimal digits can announce.
const maxFrame = 0xffff

// conn is a connection whose every wait is bounded: by the context, and by a time in which nothing is heard.
type conn struct {
	net.Conn
	ctx      context.Context
	idle     time.Duration
	patience time.Duration // for what the server answers by itself
	stop     func() bool
	who      string        // the phone, for errors; "" while only the server is spoken to
	left     time.Duration // of the time for the message that is being read; 0 when it has not begun
	late     error         // what it means that this time is over
}

func (s *Server) newConn(ctx context.Context, c net.Conn) *conn {
	return &conn{Conn: c, ctx: ctx, idle: s.idle(), patience: s.patience(), stop: context.AfterFunc(ctx, func() { c.Close() })}
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
	began := time.Now()
	// A connection that is over takes no deadline. What came before its end is read all the same, and the read says
	// how it ended.
	_ = c.SetReadDeadline(began.Add(c.wait()))
	quickAck(c.Conn)
	n, err := c.Conn.Read(p)
	if c.late != nil {
		c.left = max(1, c.left-time.Since(began))
	}
	if err == nil || n > 0 || err == io.EOF {
		return n, err
	}
	return n, c.broken(err)
}

// wait is how long the next read may take.
func (c *conn) wait() time.Duration {
	if c.late != nil {
		return min(c.idle, c.left)
	}
	return c.idle
}

// slowest is the rate below which what is sent is no message on its way, in bytes a second.
const slowest = 64 << 10

// allow gives a message that has begun the time that its size needs: half of what a phone may take to begin, and more
// for a large one. Only the time spent waiting counts. So a byte now and then does not keep a reader forever.
func (c *conn) allow(size int64) {
	c.left, c.late = c.idle/2+time.Duration(size)*time.Second/slowest, ErrSilent
}

// pause waits for a message that has not begun: as long as the phone needs to think.
func (c *conn) pause() { c.left, c.late = 0, nil }

// begin reads the head of a message, for the first byte of which a phone may take its time.
func (c *conn) begin(head []byte) error {
	c.pause()
	if err := c.full(head[:1]); err != nil {
		return err
	}
	c.allow(int64(len(head)))
	return c.full(head[1:])
}

// body reads the rest of a message.
func (c *conn) body(p []byte) error {
	c.allow(int64(len(p)))
	return c.full(p)
}

func (c *conn) write(p []byte) error {
	_ = c.SetWriteDeadline(time.Now().Add(c.wait())) // as for a read
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
	case errors.Is(err, os.ErrDeadlineExceeded) && c.late == ErrServerSilent:
		return fail(ErrServerSilent, "", "")
	case errors.Is(err, os.ErrDeadlineExceeded) && c.late != nil:
		return fail(ErrSilent, c.who, "what it sends comes too slowly")
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

// request sends one request of the server protocol and reads whether it was granted. What the server does by itself,
// and what follows it, has little time; a service is opened by the phone.
func (c *conn) request(service string) error {
	own := strings.HasPrefix(service, "host")
	if c.left, c.late = c.idle, ErrSilent; own {
		c.left, c.late = c.patience, ErrServerSilent
	}
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
		return c.refusal(why, own)
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

// refusal turns what the server says about a phone into one of the errors of this package. What is not known, and was
// asked of the server itself, is no phone's doing.
func (c *conn) refusal(why string, own bool) error {
	first, _, _ := strings.Cut(why, "\n")
	detail := "adb: " + quote(first)
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
	case own:
		return fail(ErrServer, c.who, detail)
	}
	return fail(ErrRefused, c.who, detail)
}

// maxQuote is how much of foreign text is quoted in an error, in bytes.
const maxQuote = 200

// clip keeps foreign text in an error short.
func clip(s string) string {
	if len(s) > maxQuote {
		return strings.ToValidUTF8(s[:maxQuote], "") + "…"
	}
	return s
}

// quote is clip for text that may have much in it that takes several bytes to be shown.
func quote(s string) string {
	s = clip(s)
	for q := strconv.Quote(s); ; q = strconv.Quote(s + "…") {
		if len(q) <= maxQuote+len(`""…`) {
			return q
		}
		s = strings.ToValidUTF8(s[:len(s)*3/4], "")
	}
}
