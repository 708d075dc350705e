package lockdown

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"quaestor/scanners/internal/plist"
)

// Limits on one answer. The binary form holds more values in as many bytes.
const (
	maxAnswer = 16 << 20
	maxBinary = 4 << 20
)

// Conn exchanges property lists with lockdownd or a service of the phone.
type Conn struct {
	conn     net.Conn
	patience time.Duration
	proved   bool
}

// Close ends the connection.
func (c *Conn) Close() error { return c.conn.Close() }

// Ask sends a request and returns the dictionary that is answered.
func (c *Conn) Ask(ctx context.Context, r map[string]any) (map[string]any, error) {
	if err := c.Send(ctx, r); err != nil {
		return nil, err
	}
	return c.Receive(ctx)
}

// Send sends a request.
func (c *Conn) Send(ctx context.Context, r map[string]any) error {
	text := encode(r)
	frame := append(binary.BigEndian.AppendUint32(nil, uint32(len(text))), text...)
	return within(ctx, c.conn, c.patience, func() error {
		_, err := c.conn.Write(frame)
		return err
	})
}

// Receive waits for an answer.
func (c *Conn) Receive(ctx context.Context) (map[string]any, error) {
	var body []byte
	err := within(ctx, c.conn, c.patience, func() (err error) {
		body, err = readFrame(c.conn)
		return err
	})
	if err != nil {
		return nil, err
	}
	return dictionary(body)
}

// readFrame reads the length and as many bytes. A length that is a lie costs no more than what comes.
func readFrame(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	return readBody(r, int64(binary.BigEndian.Uint32(head[:])), maxAnswer)
}

func readBody(r io.Reader, size, limit int64) ([]byte, error) {
	if size > limit {
		return nil, fmt.Errorf("an answer of %d bytes: %w", size, ErrLimit)
	}
	var body bytes.Buffer
	if _, err := io.CopyN(&body, r, size); err != nil {
		return nil, errors.Join(err, io.ErrUnexpectedEOF)
	}
	return body.Bytes(), nil
}

// dictionary decodes an answer, which always is a dictionary.
func dictionary(body []byte) (map[string]any, error) {
	if bytes.HasPrefix(body, []byte("bplist")) && len(body) > maxBinary {
		return nil, fmt.Errorf("an answer of %d bytes in the binary form: %w", len(body), ErrLimit)
	}
	v, err := plist.Decode(body)
	if err != nil {
		return nil, fmt.Errorf("an answer does not parse: %w", err)
	}
	d, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("an answer is a %T and not a dictionary", v)
	}
	return d, nil
}

// secure begins TLS on the connection by the keys of the pairing.
func (c *Conn) secure(ctx context.Context, r *Record) error {
	config, err := r.config()
	if err != nil {
		return err
	}
	t := tls.Client(c.conn, config)
	if err := within(ctx, c.conn, c.patience, func() error { return t.HandshakeContext(ctx) }); err != nil {
		return fmt.Errorf("no secure session: %w", err)
	}
	c.conn, c.proved = t, r.proves(t.ConnectionState().PeerCertificates)
	return nil
}

// within runs an exchange that ends when ctx does, or after patience. The connection is of no use after that.
func within(ctx context.Context, conn net.Conn, patience time.Duration, exchange func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	stop := context.AfterFunc(limited, func() { conn.SetDeadline(time.Unix(1, 0)) })
	err := exchange()
	if stop() {
		return lost(err)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("no answer within %s: %w", patience, ErrSilent)
}
