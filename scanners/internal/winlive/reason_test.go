package winlive

import (
	"errors"
	"testing"
)

type exception uint32

func (exception) Error() string   { return "exception" }
func (e exception) SCODE() uint32 { return uint32(e) }

type call struct {
	code uintptr
	sub  error
}

func (call) Error() string     { return "call" }
func (c call) Code() uintptr   { return c.code }
func (c call) SubError() error { return c.sub }

func TestReason(t *testing.T) {
	for _, test := range []struct {
		err  error
		none bool
		text string
	}{
		{call{0x80020009, exception(noNamespace)}, true, ""}, {call{noClass, nil}, true, ""}, {call{0x80020009, exception(0x80041003)}, false, "WMI does not answer: error 0x80041003"},
		{call{0x80020009, nil}, false, "WMI does not answer: error 0x80020009"}, {errors.New("other"), false, "WMI does not answer: other"},
	} {
		if err := reason(test.err); errors.Is(err, ErrNoCenter) != test.none || !test.none && err.Error() != test.text {
			t.Errorf("%+v: %v", test.err, err)
		}
	}
}
