//go:build !windows

package winlive

// Open returns the running Windows.
func Open() (System, error) { return nil, ErrElsewhere }
