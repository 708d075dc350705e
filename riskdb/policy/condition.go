package policy

import (
	"errors"
	"fmt"
	"reflect"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"quaestor/riskdb"
)

// The limits of a condition.
const (
	MaxExpression  = 2048   // characters
	maxRegex       = 256    // bytes of a pattern
	maxCost        = 10_000 // steps, as CEL counts them, for one app
	maxNesting     = 2      // comprehensions in comprehensions
	recursionLimit = 40
)

// environment is built once, when the first condition is compiled.
var environment = sync.OnceValues(func() (*cel.Env, error) {
	base, err := types.NewRegistry()
	if err != nil {
		return nil, err
	}
	options := []cel.EnvOption{
		cel.CustomTypeProvider(&provider{Registry: base}), cel.CustomTypeAdapter(base),
		cel.ParserExpressionSizeLimit(MaxExpression), cel.ParserRecursionLimit(recursionLimit), cel.ParserErrorRecoveryLimit(5),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateComprehensionNestingLimit(maxNesting)),
	}
	for _, o := range objects {
		options = append(options, cel.VariableWithDoc(o.name, o.kind, o.doc))
	}
	for _, v := range variables {
		options = append(options, cel.VariableWithDoc(v.name, v.kind, v.doc))
	}
	return cel.NewEnv(options...)
})

func init() {
	for _, o := range objects {
		o.kind = cel.ObjectType(o.name)
	}
}

// ExpressionProblem is a fault at a place in an expression.
type ExpressionProblem struct {
	Line, Column int // from 1, within the expression
	Text         string
}

// Error is the fault with its place.
func (p *ExpressionProblem) Error() string {
	return fmt.Sprintf("line %d, column %d of the condition: %s", p.Line, p.Column, p.Text)
}

// Compile makes the condition of a rule. A fault is an [ExpressionProblem].
func Compile(expression string) (riskdb.Condition, error) {
	if n := len([]rune(expression)); n > MaxExpression {
		return nil, &ExpressionProblem{1, 1, fmt.Sprintf("a condition of %d characters; %d is the most: make several rules of it", n, MaxExpression)}
	}
	env, err := environment()
	if err != nil {
		return nil, fmt.Errorf("making the environment of CEL: %w", err)
	}
	checked, issues := env.Compile(expression)
	if err := firstIssue(issues); err != nil {
		return nil, err
	}
	if !checked.OutputType().IsExactType(cel.BoolType) {
		return nil, &ExpressionProblem{1, 1, fmt.Sprintf("the condition gives %s; it must be true or false", checked.OutputType())}
	}
	if err := plain(checked); err != nil {
		return nil, err
	}
	program, err := env.Program(checked, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(maxCost), cel.CostTracking(patternsOf(checked)))
	if err != nil {
		return nil, &ExpressionProblem{1, 1, err.Error()}
	}
	return &condition{program: program, needs: needsOf(checked), constant: constantOf(checked), estimate: estimate(env, checked)}, nil
}

func firstIssue(issues *cel.Issues) error {
	if issues == nil || issues.Err() == nil {
		return nil
	}
	for _, e := range issues.Errors() {
		return &ExpressionProblem{max(1, e.Location.Line()), max(1, e.Location.Column()+1), e.Message}
	}
	return issues.Err()
}

// plain wants every regular expression to be a literal of bounded length, so that it was checked, and refuses to
// make objects.
func plain(checked *cel.Ast) error {
	native := checked.NativeRep()
	var fault error
	ast.PostOrderVisit(native.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.StructKind && fault == nil {
			at := native.SourceInfo().GetStartLocation(e.ID())
			fault = &ExpressionProblem{max(1, at.Line()), max(1, at.Column()+1), "a condition only reads: it cannot make a " + e.AsStruct().TypeName()}
		}
		if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != overloads.Matches || fault != nil {
			return
		}
		args := e.AsCall().Args()
		pattern := args[len(args)-1]
		at := native.SourceInfo().GetStartLocation(pattern.ID())
		problem := func(text string) { fault = &ExpressionProblem{max(1, at.Line()), max(1, at.Column()+1), text} }
		if pattern.Kind() != ast.LiteralKind {
			problem("the pattern of matches() must be written out between quotes")
		} else if s, ok := pattern.AsLiteral().Value().(string); ok && len(s) > maxRegex {
			problem(fmt.Sprintf("a pattern of %d bytes; %d is the most", len(s), maxRegex))
		} else if ok && patternSize(s) > maxPattern {
			problem(fmt.Sprintf("the pattern counts too far: written out it has %d steps; %d is the most", patternSize(s), maxPattern))
		}
	}))
	return fault
}

// constantOf tells a condition that is the same for every app: 't', 'f', or 0.
func constantOf(checked *cel.Ast) byte {
	e := checked.NativeRep().Expr()
	if e.Kind() == ast.LiteralKind {
		if v, ok := e.AsLiteral().Value().(bool); ok {
			return map[bool]byte{true: 't', false: 'f'}[v]
		}
	}
	return 0
}

// needsOf finds the variables that a condition names.
func needsOf(checked *cel.Ast) (n riskdb.Needs) {
	for _, r := range checked.NativeRep().ReferenceMap() {
		switch r.Name {
		case "product":
			n.Identity = true
		case "vendor", "owners", "jurisdictions":
			n.Owner = true
		case "sdks":
			n.SDKs = true
		case "jurisdictions_unverified":
			n.Owner, n.Unverified = true, true
		}
	}
	return n
}

type condition struct {
	program  cel.Program
	needs    riskdb.Needs
	constant byte
	estimate uint64 // of its steps at most, for an app with much in it
}

// Needs tells which knowledge the condition asks for.
func (c *condition) Needs() riskdb.Needs { return c.needs }

// Match works the condition out for one app.
func (c *condition) Match(f *riskdb.Facts) (bool, uint64, error) {
	v, details, err := c.program.Eval(activation{f})
	steps := uint64(0)
	if cost := details.ActualCost(); cost != nil {
		steps = *cost
	}
	if stopped := (interpreter.EvalCancelledError{}); errors.As(err, &stopped) && stopped.Cause == interpreter.CostLimitExceeded {
		return false, maxCost, fmt.Errorf("%w; %d is the most", riskdb.ErrTooCostly, maxCost)
	}
	if err != nil {
		return false, steps, err
	}
	if b, ok := v.(types.Bool); ok {
		return bool(b), steps, nil
	}
	return false, steps, errors.New("the condition gave neither true nor false")
}

// activation answers with the facts of one app.
type activation struct{ f *riskdb.Facts }

// ResolveName finds a variable.
func (a activation) ResolveName(name string) (any, bool) {
	for _, o := range objects {
		if o.name == name {
			return &instance{o, a.f}, true
		}
	}
	for i := range variables {
		if variables[i].name == name {
			return variables[i].value(a.f), true
		}
	}
	return nil, false
}

// Parent is none.
func (a activation) Parent() cel.Activation { return nil }

// provider knows the fields of the objects beside the types of CEL.
type provider struct{ *types.Registry }

func find(name string) *object {
	for _, o := range objects {
		if o.name == name {
			return o
		}
	}
	return nil
}

// FindStructType finds one of the objects.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if o := find(name); o != nil {
		return types.NewTypeTypeWithParam(o.kind), true
	}
	return p.Registry.FindStructType(name)
}

// FindStructFieldNames lists the fields of an object.
func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	o := find(name)
	if o == nil {
		return p.Registry.FindStructFieldNames(name)
	}
	var out []string
	for _, f := range o.fields {
		out = append(out, f.name)
	}
	return out, true
}

// FindStructFieldType finds a field of an object.
func (p *provider) FindStructFieldType(name, fieldName string) (*types.FieldType, bool) {
	o := find(name)
	if o == nil {
		return p.Registry.FindStructFieldType(name, fieldName)
	}
	for i := range o.fields {
		f := &o.fields[i]
		if f.name == fieldName {
			return &types.FieldType{Type: f.kind,
				IsSet:   func(any) bool { return true },
				GetFrom: func(target any) (any, error) { return fieldOf(target, f) }}, true
		}
	}
	return nil, false
}

func fieldOf(target any, f *field) (any, error) {
	switch t := target.(type) {
	case *riskdb.Facts:
		return f.value(t), nil
	case *instance:
		return f.value(t.f), nil
	}
	return nil, fmt.Errorf("no field of %T", target)
}

// NewValue refuses to make objects: a condition only reads.
func (p *provider) NewValue(name string, fields map[string]ref.Val) ref.Val {
	if find(name) != nil {
		return types.NewErr("a condition cannot make %q", name)
	}
	return p.Registry.NewValue(name, fields)
}

// instance is an object of one app as a value of CEL.
type instance struct {
	o *object
	f *riskdb.Facts
}

// ConvertToNative gives nothing: objects stay in the condition.
func (i *instance) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("%s is no %v", i.o.name, t)
}

// ConvertToType gives the type alone.
func (i *instance) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return i.o.kind
	}
	return types.NewErr("%s is no %s", i.o.name, t.TypeName())
}

// Equal compares with the same object.
func (i *instance) Equal(other ref.Val) ref.Val {
	j, ok := other.(*instance)
	return types.Bool(ok && i.o == j.o && i.f == j.f)
}

// Type is that of the object.
func (i *instance) Type() ref.Type { return i.o.kind }

// Value is the facts.
func (i *instance) Value() any { return i.f }
