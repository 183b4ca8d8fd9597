using Braid.Checking.Hooks;
using Braid.Checking.Memory;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <content>Fields, statics, elements, and the targets of references.</content>
/// <remarks>
/// Left as they are, because no second thread can reach them while they change: locals; the fields of <c>this</c> in a constructor
/// (publishing an object before it is constructed is a fault of another kind); readonly fields; the compiler's own caches of delegates; and
/// the fields of ref structs.
/// </remarks>
internal sealed partial class MethodRewriter
{
    private void RewriteField(Instruction instruction)
    {
        var field = (FieldReference)instruction.Operand;
        bool isStatic = instruction.OpCode.Code is Code.Ldsfld or Code.Stsfld;
        bool writes = instruction.OpCode.Code is Code.Stfld or Code.Stsfld;
        if (!context.Fields.IsShared(field, out bool isVolatile) || (!isStatic && !CanHaveAddress(instruction, field, writes)))
        {
            return;
        }

        TypeReference type = Import(FieldsOf.TypeOf(field));
        isVolatile |= HasVolatilePrefix(instruction);
        SiteTraits traits = _flow.TraitsOf(instruction);
        int site = NewSite(instruction, MethodNames.Of(field), $"{Module.Assembly.Name.Name}!{field.FullName}", traits);
        ClearPrefix(instruction);
        Instruction address = _il.Create(isStatic ? OpCodes.Ldsflda : OpCodes.Ldflda, field);
        Instruction number = _il.Create(OpCodes.Ldc_I4, site);
        if (!writes)
        {
            Replace(instruction, address, number, Call(isVolatile ? typeof(VolatileHooks) : typeof(MemoryAccess), "Read", type));
            return;
        }

        VariableDefinition value = Scratch(type);
        Replace(
            instruction,
            [
                .. WritesBack(traits), _il.Create(OpCodes.Stloc, value), address, _il.Create(OpCodes.Ldloc, value), number,
                Call(isVolatile ? typeof(VolatileHooks) : typeof(MemoryAccess), "Write", type),
            ]);
    }

    private void RewriteElement(Instruction instruction)
    {
        bool writes = instruction.OpCode.Name.StartsWith("stelem", StringComparison.Ordinal);
        TypeReference? type = instruction.Operand as TypeReference ?? FieldsOf.ElementType(instruction.OpCode.Code, Module.TypeSystem);
        if (type is null || !context.Fields.CanBeArgument(type))
        {
            return;
        }

        SiteTraits traits = _flow.TraitsOf(instruction);
        string array = _flow.NameOfArgument(instruction, 0);
        int site = NewSite(instruction, array.Length > 0 ? $"an element of {array}" : "an array element", null, traits);

        // The index may be of any size, and a small one is not widened to the size of a parameter. The value to write lies above it.
        Instruction widen = _il.Create(OpCodes.Conv_I);
        Instruction number = _il.Create(OpCodes.Ldc_I4, site);
        if (!writes)
        {
            Replace(instruction, widen, number, Call(typeof(MemoryAccess), nameof(MemoryAccess.ReadElement), type));
            return;
        }

        VariableDefinition value = Scratch(type);
        Replace(
            instruction,
            [
                .. WritesBack(traits), _il.Create(OpCodes.Stloc, value), widen, _il.Create(OpCodes.Ldloc, value), number,
                Call(typeof(MemoryAccess), nameof(MemoryAccess.WriteElement), type),
            ]);
    }

    /// <summary>Elements of an array with several dimensions are read and written by calls.</summary>
    private bool RewriteElementCall(Instruction instruction)
    {
        if (instruction.Operand is not MethodReference { DeclaringType: ArrayType array, Name: "Get" or "Set" } member
            || !context.Fields.CanBeArgument(array.ElementType))
        {
            return false;
        }

        TypeReference type = array.ElementType;
        SiteTraits traits = _flow.TraitsOf(instruction);
        string name = _flow.NameOfArgument(instruction, 0);
        string subject = name.Length > 0 ? $"an element of {name}" : "an array element";
        Instruction number = _il.Create(OpCodes.Ldc_I4, NewSite(instruction, subject, null, traits));
        var address = new MethodReference("Address", new ByReferenceType(type), array) { HasThis = true };
        for (int i = 0; i < array.Rank; i++)
        {
            address.Parameters.Add(new ParameterDefinition(Module.TypeSystem.Int32));
        }

        // Readonly: the write itself checks the element type, if anything does.
        Instruction[] find = [_il.Create(OpCodes.Readonly), _il.Create(OpCodes.Call, address)];
        ClearPrefix(instruction);
        if (member.Name == "Get")
        {
            Replace(instruction, [.. find, number, Call(typeof(MemoryAccess), nameof(MemoryAccess.Read), type)]);
            return true;
        }

        VariableDefinition value = Scratch(type);
        List<VariableDefinition> indices = [.. address.Parameters.Select((_, number) => Scratch(Module.TypeSystem.Int32, number + 1))];
        Instruction[] load = [.. indices.Select(index => _il.Create(OpCodes.Ldloc, index))];
        Replace(
            instruction,
            [
                .. WritesBack(traits), _il.Create(OpCodes.Stloc, value),
                .. indices.AsEnumerable().Reverse().Select(index => _il.Create(OpCodes.Stloc, index)),
                _il.Create(OpCodes.Dup), .. load, .. find, _il.Create(OpCodes.Ldloc, value), number,
                Call(typeof(MemoryAccess), nameof(MemoryAccess.BeforeWrite), type),
                .. load.Select(Copy), _il.Create(OpCodes.Ldloc, value), Copy(instruction),
            ]);
        return true;
    }

    /// <summary>A struct is set to its default in place.</summary>
    private void RewriteClearing(Instruction instruction)
    {
        var type = (TypeReference)instruction.Operand;
        bool isOwn = method.IsConstructor && !method.IsStatic && _flow.IsFieldOfThis(instruction);
        if (!isOwn && context.Fields.CanBeArgument(type) && !_flow.IsLocalAddress(instruction, 0))
        {
            Replace(
                instruction,
                _il.Create(OpCodes.Ldc_I4, SiteOfPlace(instruction)),
                Call(typeof(MemoryAccess), nameof(MemoryAccess.Clear), type));
        }
    }

    /// <summary>A struct is copied from one location to another.</summary>
    private void RewriteCopy(Instruction instruction)
    {
        var type = (TypeReference)instruction.Operand;
        if (context.Fields.CanBeArgument(type))
        {
            int site = SiteOfPlace(instruction);
            ClearPrefix(instruction);
            Replace(
                instruction,
                _il.Create(OpCodes.Ldc_I4, site),
                Call(typeof(MemoryAccess), nameof(MemoryAccess.Read), type),
                _il.Create(OpCodes.Ldc_I4, site),
                Call(typeof(MemoryAccess), nameof(MemoryAccess.Write), type));
        }
    }

    private int SiteOfPlace(Instruction instruction) => NewSite(
        instruction,
        _flow.NameOfArgument(instruction, 0),
        _flow.FieldOfAddress(instruction) is { } field ? $"{Module.Assembly.Name.Name}!{field.FullName}" : null,
        _flow.TraitsOf(instruction));

    private void RewriteIndirect(Instruction instruction)
    {
        bool writes = instruction.OpCode.Code is Code.Stobj || instruction.OpCode.Name.StartsWith("stind", StringComparison.Ordinal);
        TypeReference? type = instruction.Operand as TypeReference ?? FieldsOf.ElementType(instruction.OpCode.Code, Module.TypeSystem);
        if (type is null || !context.Fields.CanBeArgument(type) || _flow.IsLocalAddress(instruction, writes ? 1 : 0))
        {
            return;
        }

        bool isVolatile = HasVolatilePrefix(instruction);
        int site = SiteOfPlace(instruction);
        ClearPrefix(instruction);
        Replace(
            instruction,
            [
                .. WritesBack(_flow.TraitsOf(instruction)), _il.Create(OpCodes.Ldc_I4, site),
                Call(isVolatile ? typeof(VolatileHooks) : typeof(MemoryAccess), writes ? "Write" : "Read", type),
            ]);
    }

    /// <summary>Before a write whose value is computed from a read, passes on the time at which the method began.</summary>
    private Instruction[] WritesBack(SiteTraits traits)
    {
        if ((traits & SiteTraits.DerivedWrite) == 0)
        {
            return [];
        }

        return [LoadBegan(), _il.Create(OpCodes.Call, context.Import(typeof(MemoryAccess), nameof(MemoryAccess.WritesBack)))];
    }

    /// <summary>Loads the time at which the method began.</summary>
    private Instruction LoadBegan()
    {
        if (_began is null)
        {
            _began = new VariableDefinition(Module.TypeSystem.Int32);
            method.Body.Variables.Add(_began);
            method.Body.InitLocals = true;
        }

        return _il.Create(OpCodes.Ldloc, _began);
    }

    /// <summary>Whether the object on the stack leads to the field itself, and not to a copy or a local.</summary>
    private bool CanHaveAddress(Instruction instruction, FieldReference field, bool writes)
    {
        if (method.IsConstructor && !method.IsStatic && _flow.IsThis(instruction))
        {
            return false;
        }

        return !context.Fields.IsOfStruct(field) || _flow.IsSharedAddress(instruction, writes ? 1 : 0);
    }

    private Instruction Call(Type hooks, string name, TypeReference argument) =>
        _il.Create(OpCodes.Call, context.Import(hooks, name, argument));

    private TypeReference Import(TypeReference type) => Module.ImportReference(type, method);
}
