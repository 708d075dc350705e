package exporttest

// numbers is a row of numbers that look like chance and are the same each time.
type numbers struct{ state uint64 }

// from starts a row of its own for every seed.
func from(seed int) *numbers { return &numbers{uint64(seed)*0x9e3779b97f4a7c15 + 7} }

// next is the next of the row (splitmix64).
func (n *numbers) next() uint64 {
	n.state += 0x9e3779b97f4a7c15
	z := n.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below is a number below most.
func (n *numbers) below(most int) int { return int(n.next() % uint64(most)) }

// share is true for a share of the numbers.
func (n *numbers) share(of float64) bool { return float64(n.next()>>11)/(1<<53) < of }
