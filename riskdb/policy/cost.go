package policy

import (
	"fmt"
	"regexp/syntax"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

const (
	maxPattern = 400  // instructions of a compiled pattern; what counts to large numbers has many
	maxFact    = 8192 // bytes of a text that a condition asks about
)

// patternSize is the number of instructions of a compiled pattern, which tells how long it takes, unlike its length:
// "x{1000}" is short.
func patternSize(pattern string) int {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return 0
	}
	return len(program.Inst)
}

// patterns are the sizes of the patterns of a condition. They make what matches() is counted for follow its work, a step
// for every four instructions at every byte: CEL counts by the length of the pattern.
type patterns map[string]int

func patternsOf(checked *cel.Ast) patterns {
	sizes := patterns{}
	ast.PostOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.LiteralKind {
			if s, ok := e.AsLiteral().Value().(string); ok {
				sizes[s] = patternSize(s)
			}
		}
	}))
	return sizes
}

// CallCost counts the steps of matches().
func (p patterns) CallCost(function, _ string, args []ref.Val, _ ref.Val) *uint64 {
	if function != overloads.Matches || len(args) != 2 {
		return nil
	}
	text, _ := args[0].(types.String)
	pattern, _ := args[1].(types.String)
	steps := uint64(1 + len(text)*p[string(pattern)]/4)
	return &steps
}

// fact is a text that a condition asks about. Not even a name that never ends may take a condition long.
func fact(text string) ref.Val {
	if len(text) > maxFact {
		return types.NewErr("a text of %d bytes, of which the condition asks; %d is the most", len(text), maxFact)
	}
	return types.String(text)
}

// An app as large as any that is usual, for the estimate of what a condition costs.
const (
	usualList = 120 // values of a list, such as the permissions
	usualText = 60  // bytes of a text
)

// usual tells the estimator of CEL how large lists and texts are.
type usual struct{}

// EstimateSize is that of an app with much in it.
func (usual) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	switch n.Type().Kind() {
	case types.ListKind:
		return &cost.SizeEstimate{Max: usualList}
	case types.StringKind:
		return &cost.SizeEstimate{Max: usualText}
	}
	return nil
}

// EstimateCallCost leaves the functions to CEL.
func (usual) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

// estimate is the number of steps that a condition can take for an app with much in it.
func estimate(env *cel.Env, checked *cel.Ast) uint64 {
	e, err := env.EstimateCost(checked, usual{})
	if err != nil {
		return 0 // it only warns
	}
	return e.Max
}

// costly is what to say of a condition that can take too many steps; "" where it cannot.
func (c *condition) costly() string {
	if c.estimate <= maxCost {
		return ""
	}
	return fmt.Sprintf("the condition can take more than %d steps for an app with %d permissions; at the first app for which it does, the rule is left out: make it simpler, or several rules of it", maxCost, usualList)
}
