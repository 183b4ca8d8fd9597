using Braid.Checking.Memory;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <summary>Tracks where the values on a method's stack come from.</summary>
/// <remarks>
/// One pass goes over the code in its order. It follows the stack within straight code. Where paths meet with something on the stack, it
/// only knows which locations have flowed into each value. For each local it remembers every field whose value has flowed into it, on
/// whatever path: knowing too much here only makes a write count as computed from an earlier read of the same location, and the run still
/// decides whether it was. For the same reason a property, or any other pair of a reading and a writing method, is known by its name alone
/// (<see cref="Accessors"/>).
/// </remarks>
internal sealed class DataFlow(MethodDefinition method)
{
    private readonly Dictionary<Instruction, Value[]> _arguments = [];
    private const string ArgumentKey = "argument ";
    private const string AtKey = "at ";
    private const string Given = "given ";      // before a parameter's index: the argument has flowed into the value

    private readonly Dictionary<VariableDefinition, HashSet<string>> _locals = [];
    private readonly Dictionary<string, HashSet<string>> _kept = [];        // by field of an async method's state that holds a local
    private readonly bool _isAsync = FieldsOf.IsOfAsyncMethod(method.DeclaringType);
    private readonly Dictionary<VariableDefinition, string> _localNames = [];
    private readonly Dictionary<Instruction, SiteTraits> _traits = [];
    private readonly Dictionary<string, List<Instruction>> _reads = [];
    private readonly Dictionary<Instruction, List<Value>> _jumps = [];      // by target: what lay on the stack at the jump

    public void Analyze()
    {
        // Twice, so that what a loop's end stores in a local is known at the loop's start.
        Pass();
        Pass();
    }

    public SiteTraits TraitsOf(Instruction instruction) => _traits.GetValueOrDefault(instruction);

    /// <summary>The code's name for what an instruction takes: a field, a local, an argument; empty if it has none.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="index">0 for the value that was pushed first.</param>
    public string NameOfArgument(Instruction instruction, int index) => Argument(instruction, index)?.Name ?? "";

    /// <summary>Like <see cref="NameOfArgument"/>, with the index counted from the value that was pushed last.</summary>
    public string NameOfArgumentAbove(Instruction instruction, int above) => Below(instruction, above)?.Name ?? "";

    /// <summary>The field that an indirect access addresses, if the code shows it.</summary>
    public FieldReference? FieldOfAddress(Instruction instruction) => FieldOf(Argument(instruction, 0));

    /// <summary>Like <see cref="FieldOfAddress"/>, with the index counted from the value that was pushed last.</summary>
    public FieldReference? FieldOfAddressAbove(Instruction instruction, int above) => FieldOf(Below(instruction, above));

    private static FieldReference? FieldOf(Value? address) =>
        address?.Origin is { OpCode.Code: Code.Ldflda or Code.Ldsflda } origin ? (FieldReference)origin.Operand : null;

    /// <summary>Whether the object is <c>this</c>.</summary>
    public bool IsThis(Instruction instruction) =>
        Argument(instruction, 0)?.Origin is { OpCode.Code: Code.Ldarg } origin
        && ((ParameterDefinition)origin.Operand).Index < 0 && method.HasThis;

    /// <summary>Whether the object was made just before, so that no other thread can have it.</summary>
    public bool IsNew(Instruction instruction) => Argument(instruction, 0) is { IsNew: true };

    /// <summary>
    /// Whether an argument certainly is memory that no other thread has, or that never changes: an array made just before, the characters
    /// of a string.
    /// </summary>
    public bool IsOwnMemory(Instruction instruction, int above) => Below(instruction, above) is { IsNew: true } or { IsText: true };

    /// <summary>Whether an address is that of a field of <c>this</c>, or <c>this</c> itself.</summary>
    public bool IsFieldOfThis(Instruction instruction) =>
        IsThis(instruction)
        || (Argument(instruction, 0)?.Origin is { OpCode.Code: Code.Ldflda } origin && IsFieldOfThis(origin));

    /// <summary>Whether an address certainly is that of a local or parameter.</summary>
    public bool IsLocalAddress(Instruction instruction, int above) => IsOfLocal(Below(instruction, above));

    /// <summary>Whether the value certainly is an address, and not certainly a local's.</summary>
    public bool IsSharedAddress(Instruction instruction, int above) =>
        Below(instruction, above) is { IsAddress: true } value && !IsOfLocal(value);

    private Value? Argument(Instruction instruction, int index) =>
        _arguments.TryGetValue(instruction, out Value[]? values) && index < values.Length ? values[index] : null;

    private Value? Below(Instruction instruction, int above) =>
        _arguments.TryGetValue(instruction, out Value[]? values) && above < values.Length ? values[^(above + 1)] : null;

    private void Pass()
    {
        List<Value> stack = [];
        HashSet<Instruction> joins = Joins();
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (joins.Contains(instruction))
            {
                stack = Joined(stack, instruction);
            }

            int pops = StackEffect.Pops(instruction, method, stack.Count);
            var taken = new Value[pops];
            for (int i = pops - 1; i >= 0; i--)
            {
                taken[i] = stack.Count > 0 ? stack[^1] : Value.Unknown;
                if (stack.Count > 0)
                {
                    stack.RemoveAt(stack.Count - 1);
                }
            }

            _arguments[instruction] = taken;
            Note(instruction, taken);
            int pushes = StackEffect.Pushes(instruction);
            for (int i = 0; i < pushes; i++)
            {
                stack.Add(instruction.OpCode.Code == Code.Dup ? taken[0] : Produce(instruction, taken));
            }

            if (instruction.Operand is Instruction target)
            {
                _jumps[target] = _jumps.TryGetValue(target, out List<Value>? earlier) ? Merge(earlier, stack) : [.. stack];
            }

            if (instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Return or FlowControl.Throw)
            {
                stack.Clear();
            }
        }
    }

    /// <summary>The stack where paths meet. The value may differ from path to path, so only what has flowed into it is known.</summary>
    private List<Value> Joined(List<Value> falling, Instruction instruction) =>
        !_jumps.TryGetValue(instruction, out List<Value>? jumped) ? []
        : instruction.Previous?.OpCode.FlowControl is FlowControl.Branch or FlowControl.Return or FlowControl.Throw
            ? [.. jumped.Select(static value => Merge(value, value))]
        : Merge(jumped, falling);

    private static List<Value> Merge(List<Value> one, List<Value> other) =>
        one.Count == other.Count ? [.. one.Zip(other, Merge)] : [];

    private static Value Merge(Value one, Value other) =>
        new(
            null,
            one.Name == other.Name ? one.Name : "",
            one.Key == other.Key ? one.Key : "",
            [.. one.From, .. other.From],
            IsAddress: false);

    private HashSet<Instruction> Joins()
    {
        HashSet<Instruction> joins = [];
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (instruction.Operand is Instruction target)
            {
                joins.Add(target);
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                joins.UnionWith(targets);
            }
        }

        foreach (ExceptionHandler handler in method.Body.ExceptionHandlers)
        {
            joins.Add(handler.HandlerStart);
        }

        return joins;
    }

    /// <summary>Records what flows into locals, and which writes are computed from reads of the same field.</summary>
    private void Note(Instruction instruction, Value[] taken)
    {
        switch (instruction.OpCode.Code)
        {
            case Code.Stloc:
                var local = (VariableDefinition)instruction.Operand;
                FlowsInto(local, taken[0].From);
                _localNames[local] = taken[0].Name;
                break;
            case Code.Ret when taken.Length > 0:
                MarkReads(taken[0], SiteTraits.Returned | SiteTraits.Decides);
                break;
            case Code.Call or Code.Callvirt
                when instruction.Operand is MethodReference { DeclaringType: ArrayType, Name: "Get" }:
                Read(ElementKey(taken), instruction);
                break;
            case Code.Call or Code.Callvirt
                when instruction.Operand is MethodReference { DeclaringType: ArrayType, Name: "Set" }:
                Written(ElementKey(taken), instruction, taken[^1]);
                break;
            case Code.Call or Code.Callvirt:
                NoteCall(instruction, (MethodReference)instruction.Operand, taken);
                break;
            case Code.Ldfld when IsKept(instruction):
                break;
            case Code.Stfld when IsKept(instruction):
                FlowsInto(((FieldReference)instruction.Operand).FullName, taken[^1].From);
                break;
            case Code.Ldfld or Code.Ldsfld:
                Read(((FieldReference)instruction.Operand).FullName, instruction);
                break;
            case Code.Stfld or Code.Stsfld:
                Written(((FieldReference)instruction.Operand).FullName, instruction, taken[^1]);
                break;
            default:
                NoteIndirect(instruction, taken);
                break;
        }

        if (instruction.OpCode.FlowControl == FlowControl.Cond_Branch)
        {
            foreach (Value value in taken)
            {
                MarkReads(value, SiteTraits.Decides);
            }
        }
    }

    private void NoteCall(Instruction instruction, MethodReference called, Value[] taken)
    {
        if (!StackEffect.IsVoid(called.ReturnType))
        {
            _reads[ReadAt(instruction)] = [instruction];
        }

        if (Accessors.ReadPlace(called) is { } read)
        {
            string key = read.Length > 0 ? read : taken[0].Key;
            Read(key, instruction);
            foreach (Value value in taken)
            {
                // The method returns the value that it has read through a reference argument.
                if (value.Origin is { OpCode.Code: Code.Ldloca, Operand: VariableDefinition local })
                {
                    FlowsInto(local, [key]);
                }
            }
        }

        if (Accessors.WrittenPlace(called) is { } written && taken.Length > 0)
        {
            Written(written.Length > 0 ? written : taken[0].Key, instruction, taken[^1]);
        }
    }

    /// <summary>Whether the field holds a local that outlives an await.</summary>
    private bool IsKept(Instruction instruction) =>
        _isAsync && ((FieldReference)instruction.Operand).DeclaringType.GetElementType().FullName == method.DeclaringType.FullName;

    private void FlowsInto(string kept, IEnumerable<string> places)
    {
        if (!_kept.TryGetValue(kept, out HashSet<string>? known))
        {
            _kept.Add(kept, known = []);
        }

        known.UnionWith(places);
    }

    private void FlowsInto(VariableDefinition local, IEnumerable<string> places)
    {
        if (!_locals.TryGetValue(local, out HashSet<string>? known))
        {
            _locals.Add(local, known = []);
        }

        known.UnionWith(places);
    }

    /// <summary>Marks the reads whose values have flowed into this one.</summary>
    private void MarkReads(Value value, SiteTraits traits)
    {
        foreach (string read in value.From.Where(static place => place.StartsWith(AtKey, StringComparison.Ordinal)))
        {
            Mark(read, traits);
        }
    }

    /// <summary>Marks all reads of the location so far.</summary>
    private void Mark(string place, SiteTraits traits)
    {
        foreach (Instruction read in _reads.GetValueOrDefault(place) ?? [])
        {
            _traits[read] = TraitsOf(read) | traits;
        }
    }

    private void NoteIndirect(Instruction instruction, Value[] taken)
    {
        string name = instruction.OpCode.Name;
        if (name.StartsWith("ldind", StringComparison.Ordinal) || instruction.OpCode.Code == Code.Ldobj)
        {
            Read(taken[0].Key, instruction);
        }
        else if (name.StartsWith("ldelem", StringComparison.Ordinal) && instruction.OpCode.Code != Code.Ldelema)
        {
            Read(ElementKey(taken), instruction);
        }
        else if (name.StartsWith("stind", StringComparison.Ordinal) || instruction.OpCode.Code == Code.Stobj)
        {
            Written(taken[0].Key, instruction, taken[1]);
        }
        else if (name.StartsWith("stelem", StringComparison.Ordinal))
        {
            Written(ElementKey(taken), instruction, taken[2]);
        }
    }

    private static string ElementKey(Value[] taken) => $"{taken[0].Key}[]";

    private static string ElementName(Value[] taken) => taken[0].Name.Length > 0 ? $"an element of {taken[0].Name}" : "";

    private void Read(string key, Instruction instruction)
    {
        if (!_reads.TryGetValue(key, out List<Instruction>? reads))
        {
            _reads.Add(key, reads = []);
        }

        reads.Add(instruction);
        _reads[ReadAt(instruction)] = [instruction];
    }

    /// <summary>A key for this one read, where the location's key would mean all of its reads.</summary>
    private static string ReadAt(Instruction instruction) => $"{AtKey}{instruction.Offset}";

    private void Written(string key, Instruction instruction, Value value)
    {
        if (key.Length > 0 && value.From.Contains(key) && _reads.ContainsKey(key))
        {
            _traits[instruction] = TraitsOf(instruction) | SiteTraits.DerivedWrite;
            Mark(key, SiteTraits.FeedsUpdate);
        }

        if (value.From.Any(static place => place.StartsWith(Given, StringComparison.Ordinal)))
        {
            _traits[instruction] = TraitsOf(instruction) | SiteTraits.StoresArgument;
        }

        if (key.StartsWith(ArgumentKey, StringComparison.Ordinal))
        {
            MarkReads(value, SiteTraits.Returned | SiteTraits.Decides);
        }
    }

    private Value Produce(Instruction instruction, Value[] taken)
    {
        HashSet<string> from = [];
        foreach (Value value in taken)
        {
            from.UnionWith(value.From);
        }

        switch (instruction.OpCode.Code)
        {
            case Code.Ldfld or Code.Ldsfld or Code.Ldflda or Code.Ldsflda:
                var field = (FieldReference)instruction.Operand;
                bool isAddress = instruction.OpCode.Code is Code.Ldflda or Code.Ldsflda;
                if (IsKept(instruction) && !isAddress)
                {
                    HashSet<string> kept = _kept.GetValueOrDefault(field.FullName) ?? [];
                    return new Value(instruction, MethodNames.Plain(field.Name), $"kept {field.Name}", kept, IsAddress: false);
                }

                return new Value(
                    instruction,
                    MethodNames.Of(field),
                    field.FullName,
                    isAddress ? [] : [field.FullName, ReadAt(instruction)],
                    isAddress && !(taken is [var structure] && IsOfLocal(structure)));
            case Code.Ldloc:
                var local = (VariableDefinition)instruction.Operand;
                string name = method.DebugInformation.TryGetName(local, out string found)
                    ? found
                    : _localNames.GetValueOrDefault(local, "");
                HashSet<string> flowed = _locals.GetValueOrDefault(local) ?? [];
                return new Value(instruction, name, $"local {local.Index}", flowed, local.VariableType.IsByReference);
            case Code.Ldarg:
                var parameter = (ParameterDefinition)instruction.Operand;
                bool isThis = method.HasThis && parameter.Index < 0;
                bool isGiven = !isThis && !parameter.ParameterType.IsByReference;
                return new Value(
                    instruction,
                    isThis ? "this" : parameter.Name,
                    $"{ArgumentKey}{parameter.Index}",
                    isGiven ? [$"{Given}{parameter.Index}"] : [],
                    parameter.ParameterType.IsByReference || (isThis && method.DeclaringType.IsValueType));
            case Code.Ldloca:
                var addressed = (VariableDefinition)instruction.Operand;
                string known = method.DebugInformation.TryGetName(addressed, out string debugName) ? debugName : "";
                return new Value(instruction, known, "", [], IsAddress: true);
            case Code.Ldarga:
                return new Value(instruction, ((ParameterDefinition)instruction.Operand).Name, "", [], IsAddress: true);
            case Code.Ldelema:
                return new Value(instruction, ElementName(taken), ElementKey(taken), [], IsAddress: true);
            case Code.Ldobj or Code.Ldind_I or Code.Ldind_I1 or Code.Ldind_I2 or Code.Ldind_I4 or Code.Ldind_I8 or Code.Ldind_R4
                or Code.Ldind_R8 or Code.Ldind_Ref or Code.Ldind_U1 or Code.Ldind_U2 or Code.Ldind_U4:
                return new Value(instruction, taken[0].Name, "", [.. from, taken[0].Key, ReadAt(instruction)], IsAddress: false);
            case Code.Ldelem_Any or Code.Ldelem_I or Code.Ldelem_I1 or Code.Ldelem_I2 or Code.Ldelem_I4 or Code.Ldelem_I8
                or Code.Ldelem_R4 or Code.Ldelem_R8 or Code.Ldelem_Ref or Code.Ldelem_U1 or Code.Ldelem_U2 or Code.Ldelem_U4:
                return new Value(instruction, taken[0].Name, "", [.. from, ElementKey(taken), ReadAt(instruction)], IsAddress: false);
            case Code.Call or Code.Callvirt
                when instruction.Operand is MethodReference { DeclaringType: ArrayType, Name: "Address" }:
                return new Value(instruction, ElementName(taken), ElementKey(taken), [], IsAddress: true);
            case Code.Call or Code.Callvirt
                when instruction.Operand is MethodReference { DeclaringType: ArrayType, Name: "Get" }:
                return new Value(instruction, taken[0].Name, "", [.. from, ElementKey(taken), ReadAt(instruction)], IsAddress: false);
            case Code.Call or Code.Callvirt:
                var called = (MethodReference)instruction.Operand;
                string property = called.Name.StartsWith("get_", StringComparison.Ordinal) && called.Parameters.Count == 0
                    ? $"{MethodNames.Plain(called.DeclaringType.Name)}.{called.Name[4..]}"
                    : "";
                property = called.ReturnType.IsByReference && called.Name == "get_Item"
                    ? Accessors.NameOf(called, taken[0].Name)
                    : property;
                from.Add(ReadAt(instruction));
                if (Accessors.ReadPlace(called) is { } read)
                {
                    from.Add(read.Length > 0 ? read : taken[0].Key);
                }

                property = property.Length == 0 && IsView(called) ? taken[0].Name : property;
                bool isReference = called.ReturnType.IsByReference;
                return new Value(instruction, property, isReference ? called.FullName : "", from, isReference)
                {
                    IsText = IsOfText(called),
                };
            case Code.Newobj when IsView((MethodReference)instruction.Operand):
                return new Value(instruction, taken[0].Name, "", from, IsAddress: false);
            default:
                return new Value(instruction, "", "", from, IsAddress: false)
                {
                    IsNew = instruction.OpCode.Code is Code.Newobj or Code.Newarr,
                };
        }
    }

    /// <summary>Whether the call makes a span or the like of the array that is its first argument, or of another span.</summary>
    private static bool IsView(MethodReference called) =>
        called.Name is "AsSpan" or "AsMemory" or "op_Implicit" or "Slice" or "get_Span" or ".ctor"
        && (called.Name is "AsSpan" or "AsMemory"
            || CoreArguments.KindOf(called.DeclaringType) is MemoryKind.Span or MemoryKind.ReadOnlySpan
                or MemoryKind.Memory or MemoryKind.ReadOnlyMemory or MemoryKind.Segment)
        && (called.Parameters.Count > 0 || called.HasThis);

    /// <summary>Whether the memory behind the returned value never changes.</summary>
    private static bool IsOfText(MethodReference called) =>
        called.Name is "AsSpan" or "AsMemory" or "op_Implicit"
            ? called.Parameters is [{ ParameterType.MetadataType: MetadataType.String }, ..]
            : called is { Name: "CreateSpan", DeclaringType.FullName: "System.Runtime.CompilerServices.RuntimeHelpers" };

    /// <summary>
    /// Whether a value is the address of a local, or of the field that holds a local of an async method. The address of a field of a local
    /// struct is a local address too.
    /// </summary>
    private bool IsOfLocal(Value? value) =>
        value?.Origin is { OpCode.Code: Code.Ldloca or Code.Ldarga }
        || (value?.Origin is { OpCode.Code: Code.Ldflda } field && IsKept(field));

    /// <summary>A value on the stack.</summary>
    /// <param name="Origin">The instruction that pushed it; null if unknown.</param>
    /// <param name="Name">The code's name for it.</param>
    /// <param name="Key">Identifies the location that it is, or whose address it is.</param>
    /// <param name="From">The locations whose values have flowed into it.</param>
    /// <param name="IsAddress">Whether it is a managed pointer.</param>
    private sealed record Value(Instruction? Origin, string Name, string Key, HashSet<string> From, bool IsAddress)
    {
        /// <summary>
        /// Whether it is an object made just before. The instruction itself may have been replaced by the time of the question.
        /// </summary>
        public bool IsNew { get; init; }

        /// <summary>Whether it is memory that never changes.</summary>
        public bool IsText { get; init; }

        public static readonly Value Unknown = new(null, "", "", [], IsAddress: false);
    }
}
