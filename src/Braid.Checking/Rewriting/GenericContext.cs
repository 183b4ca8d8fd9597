using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Replaces the type parameters in a member's signature by the member's type arguments.</summary>
internal static class GenericContext
{
    /// <summary>Instantiates the method with these type arguments.</summary>
    public static GenericInstanceMethod Instance(MethodReference method, IEnumerable<TypeReference> arguments)
    {
        var instance = new GenericInstanceMethod(method);
        foreach (TypeReference argument in arguments)
        {
            instance.GenericArguments.Add(argument);
        }

        return instance;
    }

    /// <summary>The type as seen by the code that uses the member.</summary>
    public static TypeReference Resolve(TypeReference type, MemberReference member)
    {
        var declaring = member.DeclaringType as GenericInstanceType;
        var method = member as GenericInstanceMethod;
        return declaring is null && method is null ? type : Resolve(type, declaring, method);
    }

    /// <summary>The type with these arguments in place of the type parameters of a type and of a method.</summary>
    public static TypeReference Resolve(TypeReference type, GenericInstanceType? declaring, GenericInstanceMethod? method)
    {
        if (!type.ContainsGenericParameter)
        {
            return type;
        }

        switch (type)
        {
            case GenericParameter parameter:
                return parameter.Type == GenericParameterType.Type
                    ? declaring?.GenericArguments[parameter.Position] ?? type
                    : method?.GenericArguments[parameter.Position] ?? type;
            case ArrayType array:
                return new ArrayType(Resolve(array.ElementType, declaring, method), array.Rank);
            case ByReferenceType reference:
                return new ByReferenceType(Resolve(reference.ElementType, declaring, method));
            case PointerType pointer:
                return new PointerType(Resolve(pointer.ElementType, declaring, method));
            case RequiredModifierType required:
                return new RequiredModifierType(required.ModifierType, Resolve(required.ElementType, declaring, method));
            case OptionalModifierType optional:
                return new OptionalModifierType(optional.ModifierType, Resolve(optional.ElementType, declaring, method));
            case GenericInstanceType instance:
                var resolved = new GenericInstanceType(instance.ElementType);
                foreach (TypeReference argument in instance.GenericArguments)
                {
                    resolved.GenericArguments.Add(Resolve(argument, declaring, method));
                }

                return resolved;
            default:
                return type;
        }
    }
}
