using Braid.Checking.Memory;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <summary>Where the values on a method's stack come from.</summary>
/// <remarks>
/// One pass over the code in its order. The stack is followed within straight code; where paths meet with something on the stack, only what has flowed
/// into it is known. Locals are remembered with every field whose value has flowed into them, on whatever path: to know too much here only makes a
/// write count as computed from an earlier read of the same place, which is then still decided by what the run does. For the same reason a property, and what else
/// has a reading and a writing method, is known by its name alone (<see cref="Accessors"/>).
/// </remarks>
internal sealed class DataFlow(MethodDefinition method)
{
    private readonly Dictionary<Instruction, Value[]> _arguments = [];
    private const string ArgumentKey = "argument ";
    private const string AtKey = "at ";
    private const string Given = "given ";      // before the number of a parameter: what the method was given has flowed into the value

    private readonly Dictionary<VariableDefinition, HashSet<string>> _locals = [];
    private readonly Dictionary<string, HashSet<string>> _kept = [];        // by field, of what the compiler keeps in the state of an async method: its locals
    private readonly bool _isAsync = FieldsOf.IsOfAsyncMethod(method.DeclaringType);
    private readonly Dictionary<VariableDefinition, string> _localNames = [];
    private readonly Dictionary<Instruction, SiteTraits> _traits = [];
    private readonly Dictionary<string, List<Instruction>> _reads = [];
    private readonly Dictionary<Instruction, List<Value>> _jumps = [];      // what lay on the stack when the code jumped there

    public void Analyze()
    {
        // Twice, so that what a loop's end puts into a local is known at its beginning.
        Pass();
        Pass();
    }

    public SiteTraits TraitsOf(Instruction instruction) => _traits.GetValueOrDefault(instruction);

    /// <summary>The code's name for what an instruction takes: a field, a local, an argument; empty if it has none.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="index">0 for what was pushed first.</param>
    public string NameOfArgument(Instruction instruction, int index) => Argument(instruction, index)?.Name ?? "";

    /// <summary>As the other, counted from what was pushed last.</summary>
    public string NameOfArgumentAbove(Instruction instruction, int above) => Below(instruction, above)?.Name ?? "";

    /// <summary>The field whose address an indirect access goes to, if the code says so.</summary>
    public FieldReference? FieldOfAddress(Instruction instruction) => FieldOf(Argument(instruction, 0));

    /// <summary>As the other, for an argument counted from what was pushed last.</summary>
    public FieldReference? FieldOfAddressAbove(Instruction instruction, int above) => FieldOf(Below(instruction, above));

    private static FieldReference? FieldOf(Value? address) => address?.Origin is { OpCode.Code: Code.Ldflda or Code.Ldsflda } origin ? (FieldReference)origin.Operand : null;

    /// <summary>Whether the object is <c>this</c>.</summary>
    public bool IsThis(Instruction instruction) =>
        Argument(instruction, 0)?.Origin is { OpCode.Code: Code.Ldarg } origin && ((ParameterDefinition)origin.Operand).Index < 0 && method.HasThis;

    /// <summary>Whether the object was made just before, and nobody else can have it.</summary>
    public bool IsNew(Instruction instruction) => Argument(instruction, 0) is { IsNew: true };

    /// <summary>Whether an argument certainly is memory that nobody else has, or that never changes: an array made just before, the characters of a text.</summary>
    public bool IsOwnMemory(Instruction instruction, int above) => Below(instruction, above) is { IsNew: true } or { IsText: true };

    /// <summary>Whether an address is that of a field of <c>this</c>, or <c>this</c> itself.</summary>
    public bool IsFieldOfThis(Instruction instruction) => IsThis(instruction) || (Argument(instruction, 0)?.Origin is { OpCode.Code: Code.Ldflda } origin && IsFieldOfThis(origin));

    /// <summary>Whether an address certainly is that of a local or parameter.</summary>
    public bool IsLocalAddress(Instruction instruction, int above) => IsOfLocal(Below(instruction, above));

    /// <summary>Whether the value certainly is an address, and not certainly a local's.</summary>
    public bool IsSharedAddress(Instruction instruction, int above) => Below(instruction, above) is { IsAddress: true } value && !IsOfLocal(value);

    private Value? Argument(Instruction instruction, int index) => _arguments.TryGetValue(instruction, out Value[]? values) && index < values.Length ? values[index] : null;

    private Value? Below(Instruction instruction, int above) => _arguments.TryGetValue(instruction, out Value[]? values) && above < values.Length ? values[^(above + 1)] : null;

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

    /// <summary>What lies on the stack where paths meet: on each the value may be another one, of which what has flowed into it is known.</summary>
    private List<Value> Joined(List<Value> falling, Instruction instruction) =>
        !_jumps.TryGetValue(instruction, out List<Value>? jumped) ? []
        : instruction.Previous?.OpCode.FlowControl is FlowControl.Branch or FlowControl.Return or FlowControl.Throw ? [.. jumped.Select(static value => Merge(value, value))]
        : Merge(jumped, falling);

    private static List<Value> Merge(List<Value> one, List<Value> other) =>
        one.Count == other.Count ? [.. one.Zip(other, Merge)] : [];

    private static Value Merge(Value one, Value other) =>
        new(null, one.Name == other.Name ? one.Name : "", one.Key == other.Key ? one.Key : "", [.. one.From, .. other.From], IsAddress: false);

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

    /// <summary>Remembers what flows into locals, and which writes are computed from reads of the same field.</summary>
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
            case Code.Call or Code.Callvirt when instruction.Operand is MethodReference { DeclaringType: ArrayType, Name: "Get" }:
                Read(ElementKey(taken), instruction);
                break;
            case Code.Call or Code.Callvirt when instruction.Operand is MethodReference { DeclaringType: ArrayType, Name: "Set" }:
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
                // The method returns what it has read by way of an argument.
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

    /// <summary>The field is what a local has become that outlives an await.</summary>
    private bool IsKept(Instruction instruction) => _isAsync && ((FieldReference)instruction.Operand).DeclaringType.GetElementType().FullName == method.DeclaringType.FullName;

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

    /// <summary>The reads whose values have flowed into this one.</summary>
    private void MarkReads(Value value, SiteTraits traits)
    {
        foreach (string read in value.From.Where(static place => place.StartsWith(AtKey, StringComparison.Ordinal)))
        {
            Mark(read, traits);
        }
    }

    /// <summary>All reads of the place so far.</summary>
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

    private void Read(string key, Instruction instruction)
    {
        if (!_reads.TryGetValue(key, out List<Instruction>? reads))
        {
            _reads.Add(key, reads = []);
        }

        reads.Add(instruction);
        _reads[ReadAt(instruction)] = [instruction];
    }

    /// <summary>This one read, where that of the place would mean all of it.</summary>
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
                    return new Value(instruction, MethodNames.Plain(field.Name), $"kept {field.Name}", _kept.GetValueOrDefault(field.FullName) ?? [], IsAddress: false);
                }

                return new Value(instruction, MethodNames.Of(field), field.FullName, isAddress ? [] : [field.FullName, ReadAt(instruction)], isAddress && !(taken is [var structure] && IsOfLocal(structure)));
            case Code.Ldloc:
                var local = (VariableDefinition)instruction.Operand;
                string name = method.DebugInformation.TryGetName(local, out string found) ? found : _localNames.GetValueOrDefault(local, "");
                return new Value(instruction, name, $"local {local.Index}", _locals.GetValueOrDefault(local) ?? [], local.VariableType.IsByReference);
            case Code.Ldarg:
                var parameter = (ParameterDefinition)instruction.Operand;
                bool isThis = method.HasThis && parameter.Index < 0;
                bool isGiven = !isThis && !parameter.ParameterType.IsByReference;
                return new Value(instruction, isThis ? "this" : parameter.Name, $"{ArgumentKey}{parameter.Index}", isGiven ? [$"{Given}{parameter.Index}"] : [], parameter.ParameterType.IsByReference || (isThis && method.DeclaringType.IsValueType));
            case Code.Ldloca:
                return new Value(instruction, method.DebugInformation.TryGetName((VariableDefinition)instruction.Operand, out string known) ? known : "", "", [], IsAddress: true);
            case Code.Ldarga:
                return new Value(instruction, ((ParameterDefinition)instruction.Operand).Name, "", [], IsAddress: true);
            case Code.Ldelema:
                return new Value(instruction, taken[0].Name.Length > 0 ? $"an element of {taken[0].Name}" : "", ElementKey(taken), [], IsAddress: true);
            case Code.Ldobj or Code.Ldind_I or Code.Ldind_I1 or Code.Ldind_I2 or Code.Ldind_I4 or Code.Ldind_I8 or Code.Ldind_R4 or Code.Ldind_R8
                or Code.Ldind_Ref or Code.Ldind_U1 or Code.Ldind_U2 or Code.Ldind_U4:
                return new Value(instruction, taken[0].Name, "", [.. from, taken[0].Key, ReadAt(instruction)], IsAddress: false);
            case Code.Ldelem_Any or Code.Ldelem_I or Code.Ldelem_I1 or Code.Ldelem_I2 or Code.Ldelem_I4 or Code.Ldelem_I8 or Code.Ldelem_R4 or Code.Ldelem_R8
                or Code.Ldelem_Ref or Code.Ldelem_U1 or Code.Ldelem_U2 or Code.Ldelem_U4:
                return new Value(instruction, taken[0].Name, "", [.. from, ElementKey(taken), ReadAt(instruction)], IsAddress: false);
            case Code.Call or Code.Callvirt when instruction.Operand is MethodReference { DeclaringType: ArrayType, Name: "Address" }:
                return new Value(instruction, taken[0].Name.Length > 0 ? $"an element of {taken[0].Name}" : "", ElementKey(taken), [], IsAddress: true);
            case Code.Call or Code.Callvirt when instruction.Operand is MethodReference { DeclaringType: ArrayType, Name: "Get" }:
                return new Value(instruction, taken[0].Name, "", [.. from, ElementKey(taken), ReadAt(instruction)], IsAddress: false);
            case Code.Call or Code.Callvirt:
                var called = (MethodReference)instruction.Operand;
                string property = called.Name.StartsWith("get_", StringComparison.Ordinal) && called.Parameters.Count == 0 ? $"{MethodNames.Plain(called.DeclaringType.Name)}.{called.Name[4..]}" : "";
                property = called.ReturnType.IsByReference && called.Name == "get_Item" ? Accessors.NameOf(called, taken[0].Name) : property;
                from.Add(ReadAt(instruction));
                if (Accessors.ReadPlace(called) is { } read)
                {
                    from.Add(read.Length > 0 ? read : taken[0].Key);
                }

                property = property.Length == 0 && IsView(called) ? taken[0].Name : property;
                return new Value(instruction, property, called.ReturnType.IsByReference ? called.FullName : "", from, called.ReturnType.IsByReference) { IsText = IsOfText(called) };
            case Code.Newobj when IsView((MethodReference)instruction.Operand):
                return new Value(instruction, taken[0].Name, "", from, IsAddress: false);
            default:
                return new Value(instruction, "", "", from, IsAddress: false) { IsNew = instruction.OpCode.Code is Code.Newobj or Code.Newarr };
        }
    }

    /// <summary>It makes a span or the like of the array that is its first argument, or of another.</summary>
    private static bool IsView(MethodReference called) =>
        called.Name is "AsSpan" or "AsMemory" or "op_Implicit" or "Slice" or "get_Span" or ".ctor" && (called.Name is "AsSpan" or "AsMemory" || CoreArguments.KindOf(called.DeclaringType) is MemoryKind.Span or MemoryKind.ReadOnlySpan or MemoryKind.Memory or MemoryKind.ReadOnlyMemory or MemoryKind.Segment)
        && (called.Parameters.Count > 0 || called.HasThis);

    /// <summary>What is read there never changes.</summary>
    private static bool IsOfText(MethodReference called) =>
        called.Name is "AsSpan" or "AsMemory" or "op_Implicit" ? called.Parameters is [{ ParameterType.MetadataType: MetadataType.String }, ..] : called is { Name: "CreateSpan", DeclaringType.FullName: "System.Runtime.CompilerServices.RuntimeHelpers" };

    /// <summary>A local's address, or that of what a local of an async method has become. The address of a field of a local struct is a local address too.</summary>
    private bool IsOfLocal(Value? value) => value?.Origin is { OpCode.Code: Code.Ldloca or Code.Ldarga } || (value?.Origin is { OpCode.Code: Code.Ldflda } field && IsKept(field));

    /// <summary>A value on the stack.</summary>
    /// <param name="Origin">What pushed it; null if unknown.</param>
    /// <param name="Name">The code's name for it.</param>
    /// <param name="Key">Identifies the place that it is, or is the address of.</param>
    /// <param name="From">The places whose values have flowed into it.</param>
    /// <param name="IsAddress">It is a managed pointer.</param>
    private sealed record Value(Instruction? Origin, string Name, string Key, HashSet<string> From, bool IsAddress)
    {
        /// <summary>It is an object made just before. The instruction itself may have been replaced when this is asked for.</summary>
        public bool IsNew { get; init; }

        /// <summary>It is memory that never changes.</summary>
        public bool IsText { get; init; }

        public static readonly Value Unknown = new(null, "", "", [], IsAddress: false);
    }
}
