using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>Names of types as they are written in the program's source.</summary>
internal static class TypeText
{
    public static string Of(Type type)
    {
        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        if (type.IsGenericParameter || type.IsPointer || type.IsByRef || type.IsFunctionPointer)
        {
            return type.ToString();
        }

        Type[] arguments = type.GetGenericArguments();
        string name = (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName ?? type.Name;
        string plain = string.Join('.', name.Split('+').Select(part => part.Split('`')[0]));
        return arguments.Length == 0 ? plain : $"{plain}<{string.Join(", ", arguments.Select(Of))}>";
    }
}

/// <summary>Describes a field in the terms of the source: the compiler keeps captured variables and properties in fields too.</summary>
internal static class FieldText
{
    private const string BackingField = ">k__BackingField";
    private const string PrimaryParameter = ">P";
    private const string ThisField = "__this";
    private const string OuterClosure = "CS$<>8__locals";

    /// <summary>Returns the step; null for links that the compiler made itself, and for objects in which Braid wraps calls.</summary>
    public static string? Of(FieldInfo field)
    {
        string name = field.Name;
        return name.StartsWith(OuterClosure, StringComparison.Ordinal)
            || (field.Module == typeof(FieldText).Module && IsClosure(field.DeclaringType!))
            ? null
            : !IsClosure(field.DeclaringType!) ? $"{Kind(name)} '{Plain(name)}' of {TypeText.Of(field.DeclaringType!)}"
            : name.EndsWith(ThisField, StringComparison.Ordinal) ? $"'this', captured in {Place(field.DeclaringType!)}"
            : $"captured variable '{Plain(name)}' of {Place(field.DeclaringType!)}";
    }

    /// <summary>Whether the compiler made the type to keep captured variables in.</summary>
    public static bool IsClosure(Type type) =>
        type.Name.Contains("<>c", StringComparison.Ordinal) && type.IsDefined(typeof(CompilerGeneratedAttribute), false);

    /// <summary>The name of a field, or of the property or the parameter that the compiler keeps in it.</summary>
    public static string PlainName(FieldInfo field) => Plain(field.Name);

    private static string Kind(string name) =>
        name.EndsWith(BackingField, StringComparison.Ordinal) ? "property"
            : name.EndsWith(PrimaryParameter, StringComparison.Ordinal) ? "parameter"
            : "field";

    private static string Plain(string name) => name.StartsWith('<') && name.LastIndexOf('>') is > 0 and int end ? name[1..end] : name;

    private static string Place(Type closure)
    {
        Type owner = closure.DeclaringType ?? closure;
        string? method =
            closure.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Select(candidate => candidate.Name).FirstOrDefault(name => name.StartsWith('<'));
        return method is null ? TypeText.Of(owner) : $"{TypeText.Of(owner)}.{method[..method.LastIndexOf('>')].Trim('<', '>', '$')}";
    }
}

/// <summary>Describes an entry of a dictionary.</summary>
internal static class EntryText
{
    public static string Of(object? key) => key is string || key?.GetType().IsPrimitive == true
        ? $"the entry of key '{key}'"
        : $"the entry of key of type {TypeText.Of(key?.GetType() ?? typeof(object))}";
}
