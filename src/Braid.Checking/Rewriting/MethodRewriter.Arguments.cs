using Braid.Checking.Memory;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <content>What methods that are not rewritten do to the arrays, spans, references and collections that they are given.</content>
/// <remarks>
/// <code>
///         (arguments move to locals)
///         for each: memory, start, count, site, use; call ArgumentAccess.Elements or the like
///         call    ArgumentAccess.Announce
///         (arguments come back)
///         call    member
///         for each whose written length only the call shows: the same once more
///         call    ArgumentAccess.Note
/// </code>
/// A hook has scheduling points inside, so what it writes counts as written at its end.
/// </remarks>
internal sealed partial class MethodRewriter
{
    // Numbers of locals that hold the arguments until after the call, during which no other code of this method runs.
    private const int FirstArgument = 2_000;
    private const int ObjectOfCall = 1_002;

    private (List<Instruction> Before, List<Instruction> After) UseOfArguments(
        Instruction instruction, MethodReference member, bool isHooked)
    {
        if (!GivesMemory(member))
        {
            return ([], []);
        }

        IReadOnlyList<ArgumentRule> all = [.. context.ArgumentsOf(member), .. GivenByType(member)];
        bool measures = all.Any(static rule => rule.AsMany);
        List<ArgumentRule> rules = [.. all.Where(rule => IsShared(instruction, member, rule, measures))];
        if (rules.TrueForAll(static rule => rule.IsMeasured))
        {
            return ([], []);
        }

        bool hasObject = member.HasThis && instruction.OpCode.Code != Code.Newobj;
        List<VariableDefinition> arguments =
            [.. ArgumentsOf(member, withObject: false).Select((type, number) => Scratch(type, FirstArgument + number))];
        bool isVirtual = instruction.OpCode.Code == Code.Callvirt && !HasConstraint(instruction)
            && member.Resolve() is { IsVirtual: true, IsFinal: false, DeclaringType.IsSealed: false };
        bool needsObject = isVirtual || rules.Exists(static rule => rule.Argument == ArgumentRule.This);
        VariableDefinition? target = hasObject && needsObject ? Scratch(TypeOfObject(member), ObjectOfCall) : null;
        var call = new CallCode(instruction, member, arguments, target, isVirtual);
        List<ArgumentRule> now = rules.FindAll(rule => !(isHooked && rule.IsWrite));
        List<ArgumentRule> later = rules.FindAll(rule => isHooked ? rule.IsWrite : (rule.Use & ArgumentUse.Later) != 0);
        List<Instruction> before =
        [
            .. Store(arguments),
            .. target is null ? [] : new[] { _il.Create(OpCodes.Dup), _il.Create(OpCodes.Stloc, target) },
            .. now.Count == 0 ? [] : Uses(call, now, isOver: false, nameof(ArgumentAccess.Announce)),
            .. Load(arguments),
        ];
        if (later.Count == 0)
        {
            return (before, []);
        }

        VariableDefinition? result = later.Exists(static rule => rule.IsReturned)
            ? Scratch(Module.TypeSystem.Int32, ResultOfCall)
            : null;
        List<Instruction> after =
        [
            .. result is null ? [] : new[] { _il.Create(OpCodes.Dup), _il.Create(OpCodes.Stloc, result) },
            .. Uses(call with { Result = result }, later, isOver: true, nameof(ArgumentAccess.Note)),
        ];
        return (before, after);
    }

    /// <summary>Whether a call may pass memory, so that its definition is worth resolving.</summary>
    private static bool GivesMemory(MethodReference member)
    {
        foreach (ParameterDefinition parameter in member.Parameters)
        {
            if (CoreArguments.KindOf(parameter.ParameterType) != MemoryKind.None)
            {
                return true;
            }
        }

        return TakesAnyType(member)
            || member.HasThis
                && CoreArguments.KindOf(member.DeclaringType) is not (MemoryKind.None or MemoryKind.Collection or MemoryKind.Object);
    }

    /// <summary>Whether a method takes values of any type, and reads the contents of a collection among them.</summary>
    private static bool TakesAnyType(MethodReference member) => member is GenericInstanceMethod
    {
        Name: "AppendFormatted" or "Serialize" or "SerializeToUtf8Bytes"
            or "SerializeToDocument" or "SerializeToElement" or "SerializeToNode",
    };

    private static IEnumerable<ArgumentRule> GivenByType(MethodReference member)
    {
        if (!TakesAnyType(member))
        {
            yield break;
        }

        bool isText = member.Name == "AppendFormatted";
        foreach (ParameterDefinition parameter in member.Parameters)
        {
            if (parameter.ParameterType is not GenericParameter { Type: GenericParameterType.Method })
            {
                continue;
            }

            TypeReference type = GenericContext.Resolve(parameter.ParameterType, member);
            MemoryKind kind = CoreArguments.KindOf(type);
            if (isText ? type.FullName == "System.Text.StringBuilder" : kind is MemoryKind.Array or MemoryKind.Collection)
            {
                yield return new ArgumentRule(parameter.Index, kind, ArgumentUse.Read);
            }
        }
    }

    /// <summary>
    /// Whether other threads could have the memory. Locals belong to this thread, and so does an array made just for the call.
    /// </summary>
    private bool IsShared(Instruction instruction, MethodReference member, ArgumentRule rule, bool measures)
    {
        int above = member.Parameters.Count - 1 - rule.Argument;
        return rule.Kind is MemoryKind.Place or MemoryKind.ArrayBehind
            ? !_flow.IsLocalAddress(instruction, above) && context.Fields.CanBeArgument(((ByReferenceType)TypeOf(member, rule)).ElementType)
            : (measures || !_flow.IsOwnMemory(instruction, above))
                && (ElementOf(member, rule) is not { } element || context.Fields.CanBeArgument(element));
    }

    private List<Instruction> Uses(CallCode call, List<ArgumentRule> rules, bool isOver, string end)
    {
        List<Instruction> code = [];
        if (call.IsVirtual)
        {
            code.AddRange(
            [
                _il.Create(OpCodes.Ldloc, call.Target),
                _il.Create(OpCodes.Call, context.Import(typeof(ArgumentAccess), nameof(ArgumentAccess.Begin))),
            ]);
        }

        foreach (ArgumentRule rule in rules)
        {
            code.AddRange(UseOf(call, rule, isOver));
        }

        code.Add(_il.Create(OpCodes.Call, context.Import(typeof(ArgumentAccess), end)));
        return code;
    }

    private List<Instruction> UseOf(CallCode call, ArgumentRule rule, bool isOver)
    {
        TypeReference given = TypeOf(call.Member, rule);
        VariableDefinition local = rule.Argument == ArgumentRule.This ? call.Target! : call.Arguments[rule.Argument];
        List<Instruction> code = [_il.Create(OpCodes.Ldloc, local)];
        if (rule.Argument == ArgumentRule.This && call.Member.DeclaringType.IsValueType)
        {
            code.Add(_il.Create(OpCodes.Ldobj, given));
        }

        code.AddRange(
        [
            .. StartOf(call, rule),
            .. CountOf(call, rule, isOver),
            _il.Create(OpCodes.Ldc_I4, SiteOf(call, rule)),
            _il.Create(OpCodes.Ldc_I4, (int)(isOver ? rule.Use & ~ArgumentUse.Later : rule.Use)),
        ]);
        string name = rule.Kind switch
        {
            MemoryKind.Array => nameof(ArgumentAccess.Elements),
            MemoryKind.AnyArray => nameof(ArgumentAccess.ElementsOfAny),
            MemoryKind.ArrayBehind => nameof(ArgumentAccess.ElementsBehind),
            MemoryKind.Span => nameof(ArgumentAccess.OfSpan),
            MemoryKind.ReadOnlySpan => nameof(ArgumentAccess.OfReadOnlySpan),
            MemoryKind.Memory => nameof(ArgumentAccess.OfMemory),
            MemoryKind.ReadOnlyMemory => nameof(ArgumentAccess.OfReadOnlyMemory),
            MemoryKind.Segment => nameof(ArgumentAccess.OfSegment),
            MemoryKind.Place => nameof(ArgumentAccess.Place),
            MemoryKind.Object => nameof(ArgumentAccess.Object),
            _ => nameof(ArgumentAccess.Collection),
        };
        code.Add(_il.Create(OpCodes.Call, ElementOf(call.Member, rule) is { } element
            ? context.Import(typeof(ArgumentAccess), name, element)
            : context.Import(typeof(ArgumentAccess), name)));
        return code;
    }

    private Instruction[] StartOf(CallCode call, ArgumentRule rule)
    {
        if (rule.Start < 0 || (rule.Backwards && rule.Count < 0))
        {
            return [_il.Create(OpCodes.Ldc_I4_0), _il.Create(OpCodes.Conv_I)];
        }

        Instruction[] start = [_il.Create(OpCodes.Ldloc, call.Arguments[rule.Start]), _il.Create(OpCodes.Conv_I)];
        if (!rule.Backwards)
        {
            return start;
        }

        return
        [
            .. start, _il.Create(OpCodes.Ldloc, call.Arguments[rule.Count]), _il.Create(OpCodes.Conv_I), _il.Create(OpCodes.Sub),
            _il.Create(OpCodes.Ldc_I4_1), _il.Create(OpCodes.Add),
        ];
    }

    private Instruction[] CountOf(CallCode call, ArgumentRule rule, bool isOver)
    {
        Instruction widen = _il.Create(OpCodes.Conv_I);
        bool isKnown = isOver || (rule.Use & ArgumentUse.Later) == 0;
        return !isKnown ? [_il.Create(OpCodes.Ldc_I4, ArgumentAccess.Rest), widen]
            : rule.IsReturned ? [_il.Create(OpCodes.Ldloc, call.Result), widen]
            : rule.SizeOf is { } value ? [_il.Create(OpCodes.Sizeof, Import(GenericContext.Resolve(value, call.Member))), widen]
            : rule.Count >= 0 && call.Arguments[rule.Count].VariableType is ByReferenceType
                ? [_il.Create(OpCodes.Ldloc, call.Arguments[rule.Count]), _il.Create(OpCodes.Ldind_I4), widen]
            : rule.Count >= 0 ? [_il.Create(OpCodes.Ldloc, call.Arguments[rule.Count]), widen]
            : rule is { Backwards: true }
                ? [_il.Create(OpCodes.Ldloc, call.Arguments[rule.Start]), widen, _il.Create(OpCodes.Ldc_I4_1), _il.Create(OpCodes.Add)]
            : [_il.Create(OpCodes.Ldc_I4, CountUntilCall(rule)), widen];
    }

    private static int CountUntilCall(ArgumentRule rule) =>
        rule.IsOne ? 1 : rule.AsMany || rule.IsMeasured ? ArgumentAccess.AsMany : ArgumentAccess.Rest;

    /// <summary>
    /// All accesses of a call to its arguments share one scheduling point, except those to a field or to a kind of collection, which have
    /// the point of that.
    /// </summary>
    private int SiteOf(CallCode call, ArgumentRule rule)
    {
        int above = call.Member.Parameters.Count - 1 - rule.Argument;
        string name = _flow.NameOfArgumentAbove(call.Instruction, above);
        SiteTraits decides = _flow.TraitsOf(call.Instruction) & SiteTraits.Decides;
        string? point = rule.Kind switch
        {
            MemoryKind.Place => _flow.FieldOfAddressAbove(call.Instruction, above)?.FullName,
            MemoryKind.Collection => PlainCollections.KindOf(TypeOf(call.Member, rule)),
            MemoryKind.Object => TypeOf(call.Member, rule).FullName,
            _ => null,
        };
        point = point is null ? null : $"{Module.Assembly.Name.Name}!{point}";
        return rule.Kind is MemoryKind.Place or MemoryKind.Collection or MemoryKind.Object
            ? NewSite(call.Instruction, name, point, decides)
            : NewSite(call.Instruction, name.Length > 0 ? $"an element of {name}" : "an array element", null, SiteTraits.None);
    }

    private static TypeReference TypeOf(MethodReference member, ArgumentRule rule) =>
        rule.Argument == ArgumentRule.This
            ? member.DeclaringType
            : FieldsOf.Plain(GenericContext.Resolve(member.Parameters[rule.Argument].ParameterType, member));

    /// <summary>The type argument of the method that reports the access; null if that method has none.</summary>
    private static TypeReference? ElementOf(MethodReference member, ArgumentRule rule) => rule.Kind switch
    {
        MemoryKind.Array => ((ArrayType)TypeOf(member, rule)).ElementType,
        MemoryKind.Place => ((ByReferenceType)TypeOf(member, rule)).ElementType,
        MemoryKind.ArrayBehind => ((ArrayType)((ByReferenceType)TypeOf(member, rule)).ElementType).ElementType,
        MemoryKind.AnyArray or MemoryKind.Collection or MemoryKind.Object => null,
        _ => ((GenericInstanceType)TypeOf(member, rule)).GenericArguments[0],
    };

    private static TypeReference TypeOfObject(MethodReference member) =>
        member.DeclaringType.IsValueType ? new ByReferenceType(member.DeclaringType) : member.DeclaringType;

    /// <param name="Instruction">The call.</param>
    /// <param name="Member">What is called.</param>
    /// <param name="Arguments">The locals that hold its arguments.</param>
    /// <param name="Target">The local that holds the object, if it is needed.</param>
    /// <param name="IsVirtual">Whether the object decides which method runs.</param>
    private sealed record CallCode(
        Instruction Instruction,
        MethodReference Member,
        List<VariableDefinition> Arguments,
        VariableDefinition? Target,
        bool IsVirtual)
    {
        /// <summary>The local that holds the call's result.</summary>
        public VariableDefinition? Result { get; init; }
    }
}
