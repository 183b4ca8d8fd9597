using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <summary>What the rewriter has to know about fields and about the types of locations.</summary>
internal sealed class FieldsOf
{
    // GenericParameterAttributes.AllowByRefLike, for which Cecil has no name.
    private const GenericParameterAttributes AllowsRefStruct = (GenericParameterAttributes)0x20;

    private readonly Dictionary<string, (bool Shared, bool Volatile)> _known = [];
    private readonly Dictionary<string, bool> _structs = [];
    private readonly Dictionary<string, bool> _refStructs = [];

    /// <summary>Whether more than one thread could access the field while it changes.</summary>
    public bool IsShared(FieldReference field, out bool isVolatile)
    {
        if (!_known.TryGetValue(field.FullName, out (bool Shared, bool Volatile) found))
        {
            found = (Examine(field), field.FieldType is RequiredModifierType { ModifierType.Name: "IsVolatile" });
            _known.Add(field.FullName, found);
        }

        isVolatile = found.Volatile;
        return found.Shared;
    }

    public bool IsOfStruct(FieldReference field)
    {
        string name = field.DeclaringType.GetElementType().FullName;
        if (!_structs.TryGetValue(name, out bool isStruct))
        {
            isStruct = field.DeclaringType.IsValueType || field.DeclaringType.Resolve() is { IsValueType: true };
            _structs.Add(name, isStruct);
        }

        return isStruct;
    }

    /// <summary>The field's type as seen by the code that names the field.</summary>
    public static TypeReference TypeOf(FieldReference field) => Plain(GenericContext.Resolve(field.FieldType, field));

    /// <summary>The type without its modifiers.</summary>
    public static TypeReference Plain(TypeReference type)
    {
        while (type is IModifierType modified)
        {
            type = modified.ElementType;
        }

        return type;
    }

    /// <summary>
    /// Whether the type can be a type argument. Pointers, references and ref structs cannot, nor can a parameter that may stand for a ref
    /// struct.
    /// </summary>
    public bool CanBeArgument(TypeReference type)
    {
        switch (Plain(type))
        {
            case PointerType or ByReferenceType or FunctionPointerType:
                return false;
            case GenericParameter parameter:
                return (parameter.Attributes & AllowsRefStruct) == 0;
            case ArrayType:
                return true;
            case var plain when !plain.IsValueType || plain.IsPrimitive:
                return true;
            case var plain:
                string name = plain.GetElementType().FullName;
                if (!_refStructs.TryGetValue(name, out bool isRefStruct))
                {
                    isRefStruct = IsRefStruct(plain);
                    _refStructs.Add(name, isRefStruct);
                }

                return !isRefStruct;
        }
    }

    public static TypeReference? ElementType(Code code, TypeSystem types) => code switch
    {
        Code.Ldelem_I or Code.Stelem_I or Code.Ldind_I or Code.Stind_I => types.IntPtr,
        Code.Ldelem_I1 or Code.Stelem_I1 or Code.Ldind_I1 or Code.Stind_I1 => types.SByte,
        Code.Ldelem_I2 or Code.Stelem_I2 or Code.Ldind_I2 or Code.Stind_I2 => types.Int16,
        Code.Ldelem_I4 or Code.Stelem_I4 or Code.Ldind_I4 or Code.Stind_I4 => types.Int32,
        Code.Ldelem_I8 or Code.Stelem_I8 or Code.Ldind_I8 or Code.Stind_I8 => types.Int64,
        Code.Ldelem_U1 or Code.Ldind_U1 => types.Byte,
        Code.Ldelem_U2 or Code.Ldind_U2 => types.UInt16,
        Code.Ldelem_U4 or Code.Ldind_U4 => types.UInt32,
        Code.Ldelem_R4 or Code.Stelem_R4 or Code.Ldind_R4 or Code.Stind_R4 => types.Single,
        Code.Ldelem_R8 or Code.Stelem_R8 or Code.Ldind_R8 or Code.Stind_R8 => types.Double,
        Code.Ldelem_Ref or Code.Stelem_Ref or Code.Ldind_Ref or Code.Stind_Ref => types.Object,
        _ => null,
    };

    private bool Examine(FieldReference field)
    {
        if (!CanBeArgument(TypeOf(field)) || field.Name.StartsWith("<>9", StringComparison.Ordinal)
            || field.DeclaringType.Name.StartsWith("<>O", StringComparison.Ordinal))
        {
            return false;
        }

        FieldDefinition? definition = field.Resolve();
        return definition is { IsInitOnly: false, IsLiteral: false, HasConstant: false } &&
            !IsThreadStatic(definition) &&
            !IsOfAsyncMethod(definition.DeclaringType) &&
            !(definition.DeclaringType.IsValueType && IsRefStruct(definition.DeclaringType)) &&
            (definition.DeclaringType.Module.Name != "System.Private.CoreLib.dll" || definition.IsPublic);
    }

    /// <summary>Whether the type is the compiler's state machine of an async method: its fields are the method's locals.</summary>
    public static bool IsOfAsyncMethod(TypeDefinition type) =>
        type.Name.StartsWith('<') && type.Interfaces.Any(static implemented =>
            implemented.InterfaceType.FullName == "System.Runtime.CompilerServices.IAsyncStateMachine");

    public static bool IsThreadStatic(FieldDefinition field) =>
        field.CustomAttributes.Any(attribute => attribute.AttributeType.FullName == "System.ThreadStaticAttribute");

    /// <summary>
    /// Whether a struct is a ref struct. One whose definition cannot be found counts as such, so its accesses are left alone.
    /// </summary>
    public static bool IsRefStruct(TypeReference type) =>
        type.Resolve() is not { } definition
        || definition.CustomAttributes.Any(static attribute => attribute.AttributeType.Name == "IsByRefLikeAttribute");
}
