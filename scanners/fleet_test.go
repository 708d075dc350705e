package scanners

import (
	"context"
	"errors"
	"testing"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// threeDevices is an export of three devices, of which the last does not parse.
type threeDevices struct{ err error }

func (threeDevices) Info() Info                    { return Info{ID: "test/three", Kind: "three"} }
func (threeDevices) Recognise(*source.Source) bool { return true }
func (s threeDevices) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	return Whole(ctx, s, src)
}

func (s threeDevices) Split(ctx context.Context, _ []*source.Source, emit func(Part) error) (*inventory.Inventory, error) {
	for _, id := range []string{"a", "b", "c"} {
		if err := emit(func() *inventory.Inventory {
			inv := inventory.New()
			inv.Devices = []inventory.Device{{ID: id}}
			return inv
		}); err != nil {
			return nil, err
		}
	}
	rest := inventory.New()
	rest.Gaps = []inventory.Gap{{Kind: inventory.GapMalformed, Subject: "row 4"}}
	return rest, s.err
}

func TestWhole(t *testing.T) {
	broken := errors.New("cut off")
	inv, err := threeDevices{err: broken}.Scan(t.Context(), nil)
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	if len(inv.Devices) != 3 || len(inv.Gaps) != 1 {
		t.Errorf("%d devices and %d gaps, not 3 and 1", len(inv.Devices), len(inv.Gaps))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if inv, err = (threeDevices{}).Scan(ctx, nil); !errors.Is(err, context.Canceled) || len(inv.Devices) != 1 {
		t.Errorf("interrupted: error %v, %d devices", err, len(inv.Devices))
	}
}
