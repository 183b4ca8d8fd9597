using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Calls of private members of .NET through methods that a program declares for that with UnsafeAccessorAttribute.</summary>
/// <remarks>
/// The call names only the program's own declaration, which has no body: the runtime puts the member in its place. A hook for the member
/// has to be found by what the declaration says.
/// </remarks>
internal static class PrivateAccess
{
    private const string Attribute = "System.Runtime.CompilerServices.UnsafeAccessorAttribute";
    private const string TypeAttribute = "System.Runtime.CompilerServices.UnsafeAccessorTypeAttribute";
    private const string Core = "System.Private.CoreLib";

    // The values of UnsafeAccessorKind for members that are called.
    private const int Constructor = 0;
    private const int Method = 1;
    private const int StaticMethod = 2;

    /// <summary>What to do about a call of this method.</summary>
    /// <param name="called">The method as the code names it.</param>
    /// <param name="target">The member that it stands for.</param>
    /// <remarks>The declaration of a static member takes an object of its type first, which means nothing; so does the hook.</remarks>
    /// <returns>None if it stands for no member that is called, or for one that needs no hook.</returns>
    public static HookMatch Find(MethodReference called, out MethodReference target)
    {
        target = called;
        if (called.HasThis
            || called.Resolve() is not { RVA: 0, IsStatic: true, HasCustomAttributes: true } accessor
            || accessor.CustomAttributes.FirstOrDefault(static one => one.AttributeType.FullName == Attribute) is not { } attribute
            || attribute.ConstructorArguments is not [{ Value: int kind and (Constructor or Method or StaticMethod) }]
            || TypeOf(called, accessor, kind) is not { } type)
        {
            return HookMatch.None;
        }

        string name = attribute.Properties.FirstOrDefault(static one => one.Name == "Name").Argument.Value as string ?? accessor.Name;
        target = new MethodReference(kind == Constructor ? ".ctor" : name, called.ReturnType, type) { HasThis = kind != StaticMethod };
        foreach (ParameterDefinition parameter in called.Parameters.Skip(kind == Method ? 1 : 0))
        {
            target.Parameters.Add(new ParameterDefinition(GenericContext.Resolve(parameter.ParameterType, called)));
        }

        HookMatch match = HookTable.Instance.Find(target, constructs: kind == Constructor);
        return match.Action == HookAction.Leave && Uncontrolled.IsInner(type) ? HookMatch.Refused : match;
    }

    /// <summary>The type that has the member: the one that a constructor returns, that of the first parameter otherwise.</summary>
    private static TypeReference? TypeOf(MethodReference called, MethodDefinition accessor, int kind)
    {
        if (kind != Constructor && !accessor.HasParameters)
        {
            return null;
        }

        (TypeReference type, ICustomAttributeProvider place) = kind == Constructor
            ? (called.ReturnType, (ICustomAttributeProvider)accessor.MethodReturnType)
            : (called.Parameters[0].ParameterType, accessor.Parameters[0]);
        CustomAttribute? named = place.CustomAttributes.FirstOrDefault(static one => one.AttributeType.FullName == TypeAttribute);
        return named is { ConstructorArguments: [{ Value: string name }] }
            ? OfCore(name, accessor.Module)
            : FieldsOf.Plain(GenericContext.Resolve(type, called)) switch
            {
                ByReferenceType reference => reference.ElementType,
                { } plain => plain,
            };
    }

    /// <summary>The type of .NET's core with this qualified name; null if the name means one of another assembly.</summary>
    private static TypeReference? OfCore(string name, ModuleDefinition module)
    {
        string[] parts = name.Split(',', 3, StringSplitOptions.TrimEntries);
        if (parts is not [_, Core, ..])
        {
            return null;
        }

        int end = parts[0].LastIndexOf('.');
        return new TypeReference(parts[0][..end], parts[0][(end + 1)..], module, new AssemblyNameReference(Core, null));
    }
}
