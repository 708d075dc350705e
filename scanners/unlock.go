package scanners

import "context"

// Passwords finds what may open something that is locked, in the order to try. It is asked only when a scanner meets
// such a thing, which it names, and again when none of those opened it: tried is how many of the list were tried in vain.
// The list only grows; where it did not, there are no more. None and no error means that the user gave none.
type Passwords func(ctx context.Context, what string, tried int) ([]string, error)

// Unlocker is implemented by scanners that read what a password locks. Without one they tell what is not locked, and
// say in a gap how to hand it in.
type Unlocker interface {
	// With is the same scanner with passwords.
	With(Passwords) Scanner
}

// Unlock gives passwords to the scanners in a list that use them. The list itself stays as it is.
func Unlock(list []Scanner, p Passwords) []Scanner {
	out := make([]Scanner, 0, len(list))
	for _, s := range list {
		if u, ok := s.(Unlocker); ok {
			s = u.With(p)
		}
		out = append(out, s)
	}
	return out
}
