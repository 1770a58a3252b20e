using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>Follows frames through one body, from where they come to where the page-table walker can reach them.</summary>
internal sealed partial class FrameAnalysis : ForwardAnalysis<FrameState>
{
    private static readonly AccessPath s_result = new("result");

    private readonly FrameBody _body;
    private readonly FrameCalls _calls;
    private readonly FrameAccessors _accessors;
    private readonly FrameArithmetic _arithmetic;
    private readonly FillLoops _loops;
    private readonly LinkNotes _links;
    private readonly TableLinks _tables;
    private readonly UserMappings _users;
    private readonly EntryPieces _pieces;
    private bool _fills;

    public FrameAnalysis(FrameBody body, FrameSummaryBuilder summaries)
        : base(body.Graph, body.Bodies.Cancellation)
    {
        _body = body;
        ConstantAmounts amounts = new(body.Bodies);
        _arithmetic = new FrameArithmetic(amounts);
        _loops = new FillLoops(body.Graph, amounts, Cancellation);
        _tables = new TableLinks(this, body, summaries.ShapesFor(body.Method));
        _users = new UserMappings(this, body, summaries, summaries.ShapesFor(body.Method));
        _pieces = new EntryPieces(summaries.ShapesFor(body.Method), _tables, _users);
        _calls = new FrameCalls(this, body, summaries, new MemoryFills(amounts), amounts, _tables, _users);
        _accessors = new FrameAccessors(this, body, summaries, _calls, _users);
        _links = new LinkNotes(new ZeroingStory(body.Graph));
    }

    /// <summary>What was found, once <see cref="Summarize"/> has run.</summary>
    public List<FrameFinding> Findings { get; } = [];

    /// <summary>What the parameters without contract are let do, by ordinal: the first link of each.</summary>
    public Dictionary<(int Parameter, FrameLinkKind Kind), (Location Location, string Name)> ParameterLinks { get; } = [];

    /// <summary>Whether findings are noted now.</summary>
    public bool IsNoting => IsFinal;

    /// <summary>The block that is read now.</summary>
    public BasicBlock Block => CurrentBlock;

    /// <summary>Runs the analysis. Null if it was too large to finish.</summary>
    public FrameSummary? Summarize()
    {
        if (!Run(_body.EntryState(), out FrameState? exit))
        {
            return null;
        }

        Findings.AddRange(_links.Tell());
        if (exit is null)
        {
            return new FrameSummary(false, _body.Links(ParameterLinks), FrameResult.Nothing, _fills, Mappings());
        }

        _body.CheckContracts(exit, Findings);
        return _body.Summarize(exit, s_result, ParameterLinks, _fills, Mappings());
    }

    /// <summary>The frames of its own that the body, or one that it calls, maps for a program: its callers may have said that it is for one.</summary>
    private ImmutableArray<FrameFinding> Mappings()
    {
        ImmutableArray<FrameFinding>.Builder mappings = ImmutableArray.CreateBuilder<FrameFinding>();
        foreach (FrameFinding finding in Findings)
        {
            if (finding.Kind == FrameLinkKind.User)
            {
                mappings.Add(finding);
            }
        }

        return mappings.ToImmutable();
    }

    protected override FrameState? Transfer(IOperation operation, FrameState state)
    {
        bool goesOn = true;
        Evaluate(operation, state, ref goesOn);
        return goesOn ? state : null;
    }

    protected override FrameState? TransferReturn(IOperation value, FrameState state)
    {
        bool goesOn = true;
        FrameValue result = Evaluate(value, state, ref goesOn);
        state.Write(s_result, result);
        return goesOn ? state : null;
    }

    protected override FrameState? TransferEdge(BasicBlock block, ControlFlowBranch branch, FrameState state)
    {
        if (block.BranchValue is not { } condition || block.ConditionKind == ControlFlowConditionKind.None)
        {
            return state;
        }

        bool holds = branch.IsConditionalSuccessor == (block.ConditionKind == ControlFlowConditionKind.WhenTrue);
        if (_body.KnownOutcome(condition) is { } known && known != holds)
        {
            return null;
        }

        ForgetUntaken(condition, holds, state);
        if (!holds)
        {
            bool goesOn = true;
            foreach (FillLoop loop in _loops.EndingAt(condition.Syntax))
            {
                bool filled = _fills;
                FrameValue memory = Evaluate(loop.Memory, state, ref goesOn);
                bool isWithin = memory.Interior && loop.Extent != FillExtent.None;
                Fill(memory, isWithin ? FillExtent.Unknown : loop.Extent, condition.Syntax, state);

                // A loop over a table of the allocator's own is not about the memory that it hands out.
                _fills = filled || (_fills && TableRoots.Of(loop.Memory) is not (IFieldSymbol or IPropertySymbol));
            }
        }

        return state;
    }

    /// <summary>Where a <c>TryTake</c> has failed, there is no frame in its <c>out</c> argument.</summary>
    private void ForgetUntaken(IOperation condition, bool holds, FrameState state)
    {
        if (_body.TestedCall(condition, out bool negated) is not { } call || holds != negated)
        {
            return;
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind == RefKind.Out
                && PlaceOf(argument.Value) is { } place
                && _body.IsFrom(state.FactsOf(state.Read(place)), argument.Syntax))
            {
                state.Write(place, FrameValue.Nothing);
            }
        }
    }

    /// <summary>Applies an operation and says which frame its value leads to.</summary>
    /// <param name="operation">The operation; null leads nowhere.</param>
    /// <param name="state">Changed in place.</param>
    /// <param name="goesOn">Set to false when execution does not go on.</param>
    public FrameValue Evaluate(IOperation? operation, FrameState state, ref bool goesOn)
    {
        switch (operation)
        {
            case null:
                return FrameValue.Untracked;
            case ILocalReferenceOperation or IParameterReferenceOperation or IInstanceReferenceOperation:
                return ReadPlace(operation, state);
            case IFieldReferenceOperation reference:
                FrameValue holder = Evaluate(reference.Instance, state, ref goesOn);
                return CanLead(reference.Type) ? ReadMember(reference, holder, state) : FrameValue.Untracked;
            case IPropertyReferenceOperation reference:
                return _accessors.Property(reference, state, ref goesOn);
            case IFlowCaptureOperation capture:
                return EvaluateInto(new AccessPath(capture.Id), capture.Value, state, ref goesOn);
            case IFlowCaptureReferenceOperation capture:
                return state.Read(new AccessPath(capture.Id));
            case ISimpleAssignmentOperation assignment:
                return Assign(assignment, state, ref goesOn);
            case IDeconstructionAssignmentOperation deconstruction:
                return Deconstruct(deconstruction, state, ref goesOn);
            case IInvocationOperation call:
                return _calls.Call(call, state, ref goesOn);
            case IObjectCreationOperation creation:
                return _calls.Create(creation, state, ref goesOn);
            case IConversionOperation { OperatorMethod: { } method } conversion:
                return _calls.Operator(conversion, method, [conversion.Operand], state, ref goesOn);
            case IConversionOperation conversion:
                FrameValue operand = Evaluate(conversion.Operand, state, ref goesOn);
                return MemoryFills.IsZero(conversion) ? FrameValue.Nothing : operand;
            case IBinaryOperation { OperatorMethod: { } method } binary:
                return _calls.Operator(binary, method, [binary.LeftOperand, binary.RightOperand], state, ref goesOn);
            case IBinaryOperation binary:
                FrameValue left = Evaluate(binary.LeftOperand, state, ref goesOn);
                return _arithmetic.Combine(binary, left, Evaluate(binary.RightOperand, state, ref goesOn), state);
            case IParenthesizedOperation parenthesized:
                return Evaluate(parenthesized.Operand, state, ref goesOn);
            case IAddressOfOperation { Reference: ILocalReferenceOperation or IParameterReferenceOperation } address when IsNumber(address.Reference.Type):
                // Where the variable is, not what it leads to.
                return FrameValue.Untracked;
            case IAddressOfOperation address:
                return Evaluate(address.Reference, state, ref goesOn);
            case IDeclarationExpressionOperation declaration:
                return Evaluate(declaration.Expression, state, ref goesOn);
            case IIsPatternOperation test:
                FrameValue tested = Evaluate(test.Value, state, ref goesOn);
                if (PatternNames.WholeOf(test.Pattern) is { } named)
                {
                    state.Write(new AccessPath(named), tested);
                }

                return FrameValue.Untracked;
            case IImplicitIndexerReferenceOperation slice when MemoryFills.IsSpan(slice.Type):
                return _calls.Range(slice, Evaluate(slice.Instance, state, ref goesOn));
            case IDefaultValueOperation or ILiteralOperation:
                return MemoryFills.IsZero(operation) ? FrameValue.Nothing : FrameValue.Untracked;
            case IFunctionPointerInvocationOperation or IDynamicInvocationOperation:
                return _calls.Unknown(operation, state, ref goesOn);
            case IIncrementOrDecrementOperation step:
                FrameValue stepped = Evaluate(step.Target, state, ref goesOn).AsInterior();
                WriteTarget(step.Target, stepped, state);
                return stepped;
            case ICompoundAssignmentOperation compound:
                FrameValue before = Evaluate(compound.Target, state, ref goesOn);
                FrameValue added = Evaluate(compound.Value, state, ref goesOn);

                // Bits that are added or masked leave it where it led.
                FrameValue after = compound.OperatorKind is not (BinaryOperatorKind.Or or BinaryOperatorKind.And) ? before.AsInterior()
                    : before.IsTracked || compound.OperatorKind == BinaryOperatorKind.And ? before : added;
                WriteTarget(compound.Target, after, state);
                return after;
            default:
                return EvaluateChildren(operation, state, ref goesOn);
        }
    }

    private static bool IsNumber(ITypeSymbol? type) =>
        type is IPointerTypeSymbol or { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_UInt64 or SpecialType.System_IntPtr or SpecialType.System_UIntPtr };

    /// <summary>Whether a value of the type can lead to a frame.</summary>
    public static bool CanLead(ITypeSymbol? type) =>
        type is { SpecialType: not (SpecialType.System_Boolean or SpecialType.System_Void or SpecialType.System_String),
            TypeKind: not TypeKind.Delegate }
        && type is not INamedTypeSymbol { EnumUnderlyingType.SpecialType: not (SpecialType.System_UInt64 or SpecialType.System_Int64) };

    /// <summary>Notes that some of the memory behind a value was overwritten with zeros.</summary>
    public void Fill(FrameValue memory, FillExtent extent, SyntaxNode syntax, FrameState state)
    {
        _fills |= extent == FillExtent.Unknown || (extent == FillExtent.Whole && !memory.IsTracked);
        if (!memory.IsTracked || extent == FillExtent.None)
        {
            if (extent is FillExtent.Whole or FillExtent.Unknown)
            {
                state.FillWindows();
            }

            return;
        }

        FrameFacts facts = state.FactsOf(memory);
        if (IsFinal && extent != FillExtent.Part)
        {
            _links.Story.NoteZeroing(CurrentBlock, syntax, facts.Sources);
        }

        switch (extent)
        {
            case FillExtent.Whole:
                state.Zero(memory, _body.IsOneFrame);
                break;
            case FillExtent.Part when !facts.Partly:
                state.Update(memory, facts.AfterPart());
                break;
            default:
                state.Undecide(memory);
                break;
        }
    }

    /// <summary>Notes that memory which is not followed may have been filled by a method that was called.</summary>
    public void NoteFilling() => _fills = true;

    /// <summary>Notes a link of a dirty frame.</summary>
    public void NoteLink(FrameFacts facts, SyntaxNode place, string link, ImmutableArray<Location> history, FrameLinkKind kind) =>
        _links.Add(facts, CurrentBlock, place, link, history, kind);

    /// <summary>Puts a value into the place that an assignment, an <c>out</c> argument or a deconstruction names.</summary>
    public void WriteTarget(IOperation target, FrameValue value, FrameState state)
    {
        if (PlaceOf(target) is { } path)
        {
            state.Write(path, value);
        }
    }

    private AccessPath? PlaceOf(IOperation target) =>
        _body.Paths.Resolve(target) is { } path && !_body.IsShared(path) ? path : null;

    /// <summary>Forgets what a place holds.</summary>
    public void Forget(IOperation place, FrameState state)
    {
        if (_body.Paths.Resolve(place) is { } path)
        {
            state.Forget(path);
        }
    }

    /// <summary>
    /// Evaluates a value and puts it, with what is known of its members, into a place; null for a place that is not followed.
    /// </summary>
    private FrameValue EvaluateInto(AccessPath? path, IOperation source, FrameState state, ref bool goesOn)
    {
        IOperation inner = source;
        while (inner is IConversionOperation { OperatorMethod: null, Type.IsTupleType: true } conversion)
        {
            inner = conversion.Operand;
        }

        if (inner is ITupleOperation tuple && tuple.Type is INamedTypeSymbol { TupleElements: { IsDefault: false } names })
        {
            FrameValue[] values = new FrameValue[tuple.Elements.Length];
            for (int index = 0; index < values.Length; index++)
            {
                values[index] = Evaluate(tuple.Elements[index], state, ref goesOn);
            }

            for (int index = 0; path is not null && index < values.Length && index < names.Length; index++)
            {
                state.Write(path.Then(names[index].CorrespondingTupleField ?? names[index]), values[index]);
            }

            return FrameValue.Untracked;
        }

        FrameValue value = Evaluate(source, state, ref goesOn);
        if (path is not null)
        {
            state.Write(path, value);
            AccessPath? from = source is IFlowCaptureReferenceOperation capture ? new AccessPath(capture.Id)
                : _body.Paths.Resolve(source);
            if (from is not null && !from.Equals(path))
            {
                state.CopyMembers(from, path);
            }
        }

        return value;
    }

    private FrameValue ReadPlace(IOperation operation, FrameState state) =>
        CanLead(operation.Type) && (_body.Paths.Resolve(operation) ?? _body.CellOfReference(operation)) is { } path
            && !_body.IsShared(path) ? state.Read(path) : FrameValue.Untracked;

    private FrameValue ReadMember(IFieldReferenceOperation reference, FrameValue holder, FrameState state)
    {
        FrameValue known = ReadPlace(reference, state);
        return known.IsTracked || known.IsNothing ? known : holder.IsNothing ? FrameValue.Untracked : holder;
    }

    private FrameValue EvaluateChildren(IOperation operation, FrameState state, ref bool goesOn)
    {
        FrameValue only = FrameValue.Untracked;
        foreach (IOperation child in operation.ChildOperations)
        {
            FrameValue value = Evaluate(child, state, ref goesOn);
            only = only.IsTracked ? only : value;
        }

        // Roslyn has no operation for a pointer that is followed. What is read there is no longer the frame, but the place is.
        return operation.Kind == OperationKind.None && (!StorePlaces.IsStore(operation) || StorePlaces.IsPlace(operation)) ? only : FrameValue.Untracked;
    }
}
