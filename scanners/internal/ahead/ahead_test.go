package ahead

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

func TestSameBytes(t *testing.T) {
	broken := errors.New("cable pulled")
	for _, size := range []int{0, 1, chunk - 1, chunk, chunk + 1, 9*chunk + 7} {
		data := make([]byte, size)
		for i := range data {
			data[i] = byte(rand.Uint32())
		}
		for name, in := range map[string]io.Reader{"plain": bytes.NewReader(data), "halves": iotest.HalfReader(bytes.NewReader(data)), "error with data": iotest.DataErrReader(bytes.NewReader(data))} {
			sum := sha256.New()
			r := New(in, sum)
			got, err := io.ReadAll(r)
			if want := sha256.Sum256(data); err != nil || !bytes.Equal(got, data) || !bytes.Equal(sum.Sum(nil), want[:]) {
				t.Errorf("%s, %d: %d bytes, %v", name, size, len(got), err)
			}
			if _, err := r.Read(make([]byte, 1)); err != io.EOF {
				t.Errorf("%s, %d: after the end %v", name, size, err)
			}
			r.Close()
		}
		r := New(io.MultiReader(bytes.NewReader(data), iotest.ErrReader(broken)), sha256.New())
		if got, err := io.ReadAll(r); !errors.Is(err, broken) || !bytes.Equal(got, data) {
			t.Errorf("broken, %d: %d bytes, %v", size, len(got), err)
		}
		r.Close()
	}
}

// What is closed in the middle reads no further.
func TestClose(t *testing.T) {
	src := &counting{r: strings.NewReader(strings.Repeat("x", 100*chunk))}
	r := New(src, sha256.New())
	if _, err := io.ReadFull(r, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	r.Close()
	n := src.n
	if n > (chunks+1)*chunk {
		t.Errorf("%d bytes were read", n)
	}
}

type counting struct {
	r io.Reader
	n int
}

func (c *counting) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += n
	return n, err
}

type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("index out of range") }

func TestPanicIsAnError(t *testing.T) {
	r := New(panicking{}, sha256.New())
	defer r.Close()
	if _, err := io.ReadAll(r); err == nil || !strings.Contains(err.Error(), "out of range") {
		t.Error(err)
	}
}
