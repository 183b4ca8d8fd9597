using System.Reflection;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Names as the source has them: undoes the compiler's own for lambdas, closures and properties.</summary>
internal static class MethodNames
{
    public static string Of(MethodDefinition method)
    {
        TypeDefinition type = method.DeclaringType;
        string name = Plain(method.Name == "MoveNext" && type.Name.StartsWith('<') ? type.Name : method.Name);
        while (type.Name.StartsWith('<') && type.DeclaringType is { } outer)
        {
            type = outer;
        }

        string typeName = Plain(type.Name);
        return typeName is "Program" && name is "Main" or "" ? "Main" : $"{typeName}.{name}";
    }

    /// <summary>Like <see cref="Of(MethodDefinition)"/>, for a method in a stack trace.</summary>
    public static string Of(MethodBase method)
    {
        Type? type = method.DeclaringType;
        while (type is { DeclaringType: { } outer } && type.Name.StartsWith('<'))
        {
            type = outer;
        }

        return $"{Plain(type?.Name ?? "")}.{Plain(method.Name)}";
    }

    /// <summary>A property's name without get_ and set_; a constructor is "new".</summary>
    public static string Member(MethodReference member) => member.Name switch
    {
        ".ctor" => "new",
        ['g' or 's', 'e', 't', '_', .. string property] => property,
        string name => Plain(name),
    };

    /// <summary>"Account.balance"; for a captured variable of a lambda, only the variable's name.</summary>
    public static string Of(FieldReference field)
    {
        string type = field.DeclaringType.Name;
        string name = Plain(field.Name);
        return type.StartsWith('<') ? name : $"{Plain(type)}.{name}";
    }

    /// <summary>
    /// "&lt;Deposit&gt;b__0" is "Deposit", "&lt;Balance&gt;k__BackingField" is "Balance", "Queue`1" is "Queue", "&lt;Main&gt;g__Add|0" is
    /// "Add".
    /// </summary>
    public static string Plain(string name)
    {
        int local = name.IndexOf("g__", StringComparison.Ordinal);
        if (name.StartsWith('<') && local > 0)
        {
            int bar = name.IndexOf('|', local);
            return bar < 0 ? name[(local + 3)..] : name[(local + 3)..bar];
        }

        if (name.StartsWith('<'))
        {
            int end = name.LastIndexOf('>');
            return end > 1 ? Plain(name[1..end]) : name;
        }

        int arity = name.IndexOf('`', StringComparison.Ordinal);
        return arity > 0 ? name[..arity] : name;
    }
}
