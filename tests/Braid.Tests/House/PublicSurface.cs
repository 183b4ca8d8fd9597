using System.Reflection;
using System.Text;

namespace Braid.Tests;

/// <summary>Writes the public surface of an assembly, a line a member, as a reader would declare it.</summary>
internal static class PublicSurface
{
    private static readonly NullabilityInfoContext s_nullability = new();

    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string?, Type> module in assembly.GetExportedTypes().GroupBy(type => type.Namespace).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append("namespace ").Append(module.Key).Append('\n');
            foreach (Type type in module.OrderBy(type => NameOf(type), StringComparer.Ordinal))
            {
                text.Append('\n').Append(Declaration(type)).Append('\n');
                foreach (string member in Members(type))
                {
                    text.Append("    ").Append(member).Append('\n');
                }
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static string Declaration(Type type)
    {
        string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsByRefLike ? "ref struct" : type.IsValueType ? "struct"
            : type.IsAbstract && type.IsSealed ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        IEnumerable<Type> bases = type.IsEnum || type.IsValueType || type.BaseType == typeof(object) || type.BaseType is null ? [] : [type.BaseType];
        Type[] inherited = [.. (type.BaseType?.GetInterfaces() ?? []).Concat(type.GetInterfaces().Where(i => i.IsPublic).SelectMany(i => i.GetInterfaces()))];
        string[] all = [.. bases.Concat(type.IsEnum ? [] : type.GetInterfaces().Where(i => i.IsPublic && !inherited.Contains(i)).OrderBy(i => i.Name, StringComparer.Ordinal)).Select(NameOf)];
        return $"{kind} {NameOf(type)}{(all.Length == 0 ? "" : " : " + string.Join(", ", all))}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type);
        }

        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        IEnumerable<string> constructors = type.GetConstructors(Declared).Where(IsVisible).Select(c => $"{NameOf(type)}({Parameters(c)})");
        IEnumerable<string> properties = type.GetProperties(Declared).Where(p => p.GetMethod is { } get && IsVisible(get))
            .Where(p => !IsRecord(type) || p.Name != "EqualityContract")
            .OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{Modifiers(p.GetMethod!)}{NameOf(p.PropertyType, s_nullability.Create(p))} {p.Name} {{ get;{(p.SetMethod is { } set && IsVisible(set) ? " set;" : "")} }}");
        IEnumerable<string> methods = type.GetMethods(Declared).Where(m => IsVisible(m) && !m.IsSpecialName && m.Name is not ("Finalize" or "<Clone>$") && !IsGenerated(m))
            .OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.GetParameters().Length).ThenBy(m => m.ToString(), StringComparer.Ordinal)
            .Select(m => $"{Modifiers(m)}{NameOf(m.ReturnType, s_nullability.Create(m.ReturnParameter))} {m.Name}{Arguments(m.GetGenericArguments())}({Parameters(m)})");
        return constructors.Concat(properties).Concat(methods);
    }

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static bool IsGenerated(MethodInfo method) => method.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute));

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Modifiers(MethodInfo method)
    {
        string access = method.IsFamily ? "protected " : "";
        bool isOverride = method.GetBaseDefinition() != method;
        string kind = method.DeclaringType!.IsInterface ? ""
            : method.IsStatic ? "static "
            : method.IsAbstract ? "abstract "
            : isOverride ? "override "
            : method.IsVirtual && !method.IsFinal ? "virtual "
            : "";
        return access + kind;
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
    {
        string direction = p.IsOut ? "out " : p.ParameterType.IsByRef ? "ref " : "";
        Type type = p.ParameterType.IsByRef ? p.ParameterType.GetElementType()! : p.ParameterType;
        string defaultValue = !p.HasDefaultValue ? "" : p.DefaultValue switch
        {
            null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? " = default" : " = null",
            bool value => value ? " = true" : " = false",
            Enum value => $" = {value}",
            { } value => $" = {value}",
        };
        return $"{direction}{NameOf(type, s_nullability.Create(p))} {p.Name}{defaultValue}";
    }));

    private static string Arguments(Type[] arguments) => arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(NameOf))}>";

    private static string NameOf(Type type, NullabilityInfo nullability) =>
        NameOf(type) + (!type.IsValueType && !type.IsGenericParameter && nullability.ReadState == NullabilityState.Nullable ? "?" : "");

    private static string NameOf(Type type)
    {
        if (s_keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return NameOf(underlying) + "?";
        }

        if (type.IsArray)
        {
            return NameOf(type.GetElementType()!) + "[]";
        }

        Type[] arguments = type.GetGenericArguments();
        if (type.Namespace == "System" && type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal))
        {
            return $"({string.Join(", ", arguments.Select(NameOf))})";
        }

        string name = type.Name.Split('`')[0] + Arguments(arguments);
        return type.IsNested && !type.IsGenericParameter ? $"{NameOf(type.DeclaringType!)}.{name}" : name;
    }
}
