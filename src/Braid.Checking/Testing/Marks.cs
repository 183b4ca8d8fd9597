using System.Reflection;

namespace Braid.Checking.Testing;

/// <summary>Attributes, found by the names of their types: the checker does not reference any test framework.</summary>
internal static class Marks
{
    /// <summary>Whether a member, or what it overrides, has an attribute of a type with such a name, or of one derived from it.</summary>
    public static bool Has(MemberInfo member, params string[] names) => Types(member, names).Any();

    /// <summary>The attributes themselves. Creating them runs their constructors, which may be the program's.</summary>
    public static IReadOnlyList<Attribute> Of(MemberInfo member, params string[] names) =>
    [
        .. Types(member, names).Distinct().SelectMany(type =>
            member.GetCustomAttributes(type, inherit: true).Cast<Attribute>().Where(attribute => attribute.GetType() == type)),
    ];

    /// <summary>The types of the attributes with such names.</summary>
    public static IEnumerable<Type> Types(MemberInfo member, params string[] names) =>
        Data(member).Select(static attribute => attribute.AttributeType).Where(type => IsNamed(type, names));

    /// <summary>What metadata states of all its attributes.</summary>
    public static IEnumerable<CustomAttributeData> Data(MemberInfo member) =>
        Line(member).SelectMany(static member => member.GetCustomAttributesData());

    /// <summary>Whether a type, one of its base types, or one of its interfaces has one of the names.</summary>
    public static bool IsNamed(Type type, params string[] names)
    {
        for (Type? next = type; next is not null; next = next.BaseType)
        {
            if (names.Contains(Name(next)))
            {
                return true;
            }
        }

        return Array.Exists(type.GetInterfaces(), one => names.Contains(Name(one)));
    }

    /// <summary>A type's full name, without the types that a generic one is made of.</summary>
    public static string? Name(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition().FullName : type.FullName;

    /// <summary>The value of a property, public or not; null if there is no such property.</summary>
    public static object? Value(object instance, string property)
    {
        const BindingFlags any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        PropertyInfo? found = null;
        for (Type? type = instance.GetType(); type is not null && found is null; type = type.BaseType)
        {
            found = type.GetProperty(property, any | BindingFlags.DeclaredOnly);
        }

        found ??= instance.GetType().GetInterfaces().Select(one => one.GetProperty(property)).FirstOrDefault(static one => one is not null);
        return found?.GetValue(instance, BindingFlags.DoNotWrapExceptions, null, null, null);
    }

    private static IEnumerable<MemberInfo> Line(MemberInfo member)
    {
        yield return member;
        if (member is MethodInfo method && method.GetBaseDefinition() is var overridden && overridden != method)
        {
            yield return overridden;
        }

        for (Type? type = (member as Type)?.BaseType; type is not null && type != typeof(object); type = type.BaseType)
        {
            yield return type;
        }
    }
}
