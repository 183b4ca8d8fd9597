using Braid.Checking.Memory;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <content>Calls of collections that are not thread-safe.</content>
internal sealed partial class MethodRewriter
{
    // Numbers of locals that do not hold a parameter.
    private const int TargetOfCall = 1_000;
    private const int ResultOfCall = 1_001;

    /// <summary>
    /// Counts the object that a call is made on as read or written before the call. It lies below the arguments, which move to locals
    /// meanwhile.
    /// </summary>
    /// <returns>False if this is not a call of a collection.</returns>
    private bool RewriteCollectionCall(Instruction instruction, MethodReference member)
    {
        if (!PlainCollections.Uses(member, out bool writes, out bool decidedLater)
            || instruction.OpCode.Code == Code.Newobj || HasConstraint(instruction))
        {
            return false;
        }

        if (_flow.IsNew(instruction))
        {
            return false;
        }

        SiteTraits traits = _flow.TraitsOf(instruction);
        int site = NewSite(instruction, _flow.NameOfArgument(instruction, 0), PointOf(member), traits & SiteTraits.Decides);
        List<VariableDefinition> aside = LocalsFor(member)[(member.HasThis ? 0 : 1)..];
        (List<Instruction> code, List<Instruction> note) = UseOfArguments(instruction, member, isHooked: false);
        code.AddRange(Store(aside));
        List<Instruction> after = [];
        bool isItem = decidedLater && member.Name is "get_Item" or "set_Item" && aside[0].VariableType.MetadataType == MetadataType.Int32;
        Instruction[] index = isItem ? [_il.Create(OpCodes.Ldloc, aside[0])] : [];
        code.AddRange([_il.Create(OpCodes.Dup), .. index, _il.Create(OpCodes.Ldc_I4, site)]);
        code.Add(_il.Create(OpCodes.Call, decidedLater
            ? context.Import(typeof(CollectionAccess), AccessOf(member, writes, isItem))
            : context.Import(typeof(MemoryAccess), writes ? nameof(MemoryAccess.WriteObject) : nameof(MemoryAccess.ReadObject))));
        if (IsElement(member, traits, out bool writesElement))
        {
            VariableDefinition target = Scratch(Module.TypeSystem.Object, TargetOfCall);
            code.AddRange([_il.Create(OpCodes.Dup), _il.Create(OpCodes.Stloc, target), .. WritesBack(traits)]);
            int element = NewElementSite(instruction, member, traits);
            code.AddRange(writesElement ? AtElement(nameof(ElementAccess.Write), target, aside[0], aside[1], element) : []);
            after = writesElement ? [] : ReadOfElement(member, target, aside, element);
        }

        code.AddRange(Load(aside));
        ReplaceCall(instruction, code, [.. after, .. note]);
        return true;
    }

    /// <summary>A call of <c>Object.ToString</c> may read a text that is being built.</summary>
    private Instruction[] TextOfObject(Instruction instruction, MethodReference member)
    {
        if (member is not { Name: nameof(ToString), HasParameters: false, DeclaringType.FullName: "System.Object" }
            || HasConstraint(instruction))
        {
            return [];
        }

        SiteTraits decides = _flow.TraitsOf(instruction) & SiteTraits.Decides;
        return
        [
            _il.Create(OpCodes.Dup),
            _il.Create(OpCodes.Ldc_I4, NewSite(instruction, _flow.NameOfArgument(instruction, 0), null, decides)),
            _il.Create(OpCodes.Call, context.Import(typeof(ObjectAccess), nameof(ObjectAccess.ReadText))),
        ];
    }

    /// <summary>A call of a stream or writer, or of an object of which nothing is known, counts as a call of the object.</summary>
    private List<Instruction> UseOfObject(Instruction instruction, MethodReference member)
    {
        if (!member.HasThis || member.DeclaringType.IsValueType || instruction.OpCode.Code == Code.Newobj || member.Name == ".ctor"
            || HasConstraint(instruction)
            || member.Resolve() is not { } method || !SubjectContext.IsUsedUnmodified(method.Module.FileName)
            || PlainObjects.Uses(method, out bool writes) is var kind && kind == ObjectKind.None)
        {
            return [];
        }

        bool isKnown = kind == ObjectKind.Plain;
        SiteTraits traits = (_flow.TraitsOf(instruction) & SiteTraits.Decides) | (isKnown ? SiteTraits.None : SiteTraits.Unknown);
        string subject = isKnown
            ? _flow.NameOfArgument(instruction, 0)
            : $"{MethodNames.Plain(member.DeclaringType.Name)}.{MethodNames.Member(member)}";
        int site = NewSite(instruction, subject, $"{Module.Assembly.Name.Name}!{method.DeclaringType.FullName}", traits);
        string access = isKnown
            ? (writes ? nameof(ObjectAccess.WriteObject) : nameof(ObjectAccess.ReadObject))
            : writes ? nameof(ObjectAccess.WriteUnknown) : nameof(ObjectAccess.ReadUnknown);
        List<VariableDefinition> aside = LocalsFor(member);
        return
        [
            .. Store(aside),
            _il.Create(OpCodes.Dup),
            _il.Create(OpCodes.Ldc_I4, site),
            _il.Create(OpCodes.Call, context.Import(typeof(ObjectAccess), access)),
            .. Load(aside),
        ];
    }

    /// <summary>What a call through an interface does. An array's length and enumerator do not read its elements yet.</summary>
    private static string AccessOf(MethodReference member, bool writes, bool isItem) =>
        isItem ? (writes ? nameof(CollectionAccess.WriteItem) : nameof(CollectionAccess.ReadItem))
        : writes ? nameof(CollectionAccess.WriteObject)
        : member.Name is "get_Count" or "GetEnumerator" ? nameof(CollectionAccess.ReadObject)
        : nameof(CollectionAccess.ReadWhole);

    /// <summary>A step of an enumerator, called through the interface.</summary>
    private Instruction[] NextOfEnumerator(Instruction instruction, MethodReference member)
    {
        if (member is not { Name: "MoveNext", DeclaringType.FullName: "System.Collections.IEnumerator" } || HasConstraint(instruction))
        {
            return [];
        }

        string point = $"{Module.Assembly.Name.Name}!System.Collections.IEnumerator";
        return
        [
            _il.Create(OpCodes.Dup),
            _il.Create(OpCodes.Ldc_I4, NewSite(instruction, "", point, _flow.TraitsOf(instruction) & SiteTraits.Decides)),
            _il.Create(OpCodes.Call, context.Import(typeof(CollectionAccess), nameof(CollectionAccess.Next))),
        ];
    }

    /// <summary>
    /// Whether a call reads or writes the element that its first argument names. Only reads matter whose value is written back, or is
    /// returned so that a caller can write it back.
    /// </summary>
    private bool IsElement(MethodReference member, SiteTraits traits, out bool writes)
    {
        writes = member.Name == "set_Item";
        bool reads = Accessors.IsOfElement(member.Name) && (traits & (SiteTraits.FeedsUpdate | SiteTraits.Returned)) != 0;
        return !context.IsLibrary && (writes || reads)
            && member.DeclaringType is GenericInstanceType && context.Fields.CanBeArgument(KeyType(member));
    }

    /// <summary>
    /// A concurrent dictionary is not one location, and changes within the call: a read of its element comes after the call, a write spans
    /// it.
    /// </summary>
    private void AddElement(
        Instruction instruction, MethodReference member, SiteTraits traits, List<Instruction> before, List<Instruction> after)
    {
        if (!member.HasThis && member.Name == "GetValueOrDefault" && member is GenericInstanceMethod && !context.IsLibrary
            && (traits & (SiteTraits.FeedsUpdate | SiteTraits.Returned)) != 0)
        {
            AddElementOfExtension(instruction, member, traits, before, after);
            return;
        }

        if (member.DeclaringType.GetElementType().FullName != "System.Collections.Concurrent.ConcurrentDictionary`2"
            || HasConstraint(instruction) || !IsElement(member, traits, out bool writes))
        {
            return;
        }

        VariableDefinition target = Scratch(Module.TypeSystem.Object, TargetOfCall);
        List<VariableDefinition> aside = LocalsFor(member);
        int site = NewElementSite(instruction, member, traits);
        before.AddRange(Store(aside));
        before.AddRange([_il.Create(OpCodes.Dup), _il.Create(OpCodes.Stloc, target), .. WritesBack(traits)]);
        before.AddRange(writes ? AtElement(nameof(ElementAccess.BeginWrite), target, aside[0], aside[1], site) : []);
        before.AddRange(Load(aside));
        after.AddRange(writes
            ? AtElement(nameof(ElementAccess.EndWrite), target, aside[0], aside[1], site)
            : ReadOfElement(member, target, aside, site));
    }

    /// <summary>Locals for the arguments of a call.</summary>
    private List<VariableDefinition> LocalsFor(MethodReference member) => [.. ArgumentsOf(member, withObject: false).Select(Scratch)];

    private IEnumerable<Instruction> Store(List<VariableDefinition> aside) =>
        Enumerable.Reverse(aside).Select(argument => _il.Create(OpCodes.Stloc, argument));

    private IEnumerable<Instruction> Load(List<VariableDefinition> aside) =>
        aside.Select(argument => _il.Create(OpCodes.Ldloc, argument));

    private static TypeReference KeyType(MethodReference member) =>
        FieldsOf.Plain(GenericContext.Resolve(member.Parameters[0].ParameterType, member));

    private int NewElementSite(Instruction instruction, MethodReference member, SiteTraits traits) =>
        NewSite(instruction, Accessors.NameOf(member, _flow.NameOfArgument(instruction, 0)), null, traits);

    /// <summary>Handles an extension method whose first argument is the dictionary.</summary>
    private void AddElementOfExtension(
        Instruction instruction, MethodReference member, SiteTraits traits, List<Instruction> before, List<Instruction> after)
    {
        List<VariableDefinition> aside = LocalsFor(member);
        int site = NewElementSite(instruction, member, traits);
        before.AddRange(Store(aside));
        before.AddRange(Load(aside));
        after.AddRange(ReadOfElement(member, aside[0], [aside[1]], site));
    }

    /// <summary>Reports, after the call, the value that it has returned or stored where its last argument points.</summary>
    private List<Instruction> ReadOfElement(
        MethodReference member, VariableDefinition target, List<VariableDefinition> arguments, int site)
    {
        if (arguments.Count == 1)
        {
            VariableDefinition value = Scratch(FieldsOf.Plain(GenericContext.Resolve(member.ReturnType, member)), ResultOfCall);
            return
            [
                _il.Create(OpCodes.Dup),
                _il.Create(OpCodes.Stloc, value),
                .. AtElement(nameof(ElementAccess.Read), target, arguments[0], value, site),
            ];
        }

        VariableDefinition read = Scratch(((ByReferenceType)arguments[1].VariableType).ElementType, ResultOfCall);
        return
        [
            _il.Create(OpCodes.Ldloc, arguments[1]),
            _il.Create(OpCodes.Ldobj, read.VariableType),
            _il.Create(OpCodes.Stloc, read),
            .. AtElement(nameof(ElementAccess.Read), target, arguments[0], read, site),
        ];
    }

    private Instruction[] AtElement(string step, VariableDefinition target, VariableDefinition key, VariableDefinition value, int site) =>
    [
        _il.Create(OpCodes.Ldloc, target), _il.Create(OpCodes.Ldloc, key), _il.Create(OpCodes.Ldloc, value),
        _il.Create(OpCodes.Ldc_I4, site),
        _il.Create(OpCodes.Call, context.Import(typeof(ElementAccess), step, key.VariableType, value.VariableType)),
    ];

    /// <summary>
    /// Calls of one kind of collection share a scheduling point, and so do the steps of its enumerators: of several reads without
    /// synchronization between them, only the first can be seen to race, and other threads must come in between them.
    /// </summary>
    private string? PointOf(MethodReference member) =>
        PlainCollections.KindOf(member) is { } kind ? $"{Module.Assembly.Name.Name}!{kind}" : null;

    private static bool HasConstraint(Instruction instruction) => HasPrefix(instruction, Code.Constrained);

    /// <summary>
    /// A local that holds a value for a few instructions, during which locals of other numbers may be in use. All sites of a method share
    /// them.
    /// </summary>
    private VariableDefinition Scratch(TypeReference type, int number = 0)
    {
        // A type parameter of the type and one of the method may have the same name.
        bool isAmbiguous = type.ContainsGenericParameter && method.HasGenericParameters && method.DeclaringType.HasGenericParameters;
        (string, int) key = ($"{type.FullName} of {type.Scope?.Name}", isAmbiguous ? -_scratch.Count - 1 : number);
        if (!_scratch.TryGetValue(key, out VariableDefinition? local))
        {
            local = new VariableDefinition(Import(type));
            method.Body.Variables.Add(local);
            method.Body.InitLocals = true;
            _scratch.Add(key, local);
        }

        return local;
    }
}
