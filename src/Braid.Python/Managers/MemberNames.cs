using System.Reflection;
using System.Text;

namespace Braid.Python;

/// <summary>Under which names Python calls a member of an interface of C#: the C# name, and what the mapping rule makes of it.</summary>
internal static class MemberNames
{
    private const string AsyncSuffix = "Async";

    /// <summary>The names, the most telling first. Those after the first two give way where another member has them.</summary>
    public static IReadOnlyList<string> Of(MethodInfo method)
    {
        string name = method.Name;
        if (!method.IsSpecialName)
        {
            List<string> names = [name, Snake(name)];
            if (name.Length > AsyncSuffix.Length && name.EndsWith(AsyncSuffix, StringComparison.Ordinal))
            {
                names.Add(Snake(name[..^AsyncSuffix.Length]));
            }

            return [.. names.Distinct()];
        }

        bool isIndexer = method.GetParameters().Length > (name.StartsWith("set_", StringComparison.Ordinal) ? 1 : 0);
        return name switch
        {
            ['g', 'e', 't', '_', ..] when isIndexer => ["__getitem__"],
            ['s', 'e', 't', '_', ..] when isIndexer => ["__setitem__"],
            ['g', 'e', 't', '_', .. var property] => [property, Snake(property), "get_" + Snake(property)],
            ['s', 'e', 't', '_', .. var property] => ["set_" + property, "set_" + Snake(property)],
            _ => [],                                       // what adds and removes the handlers of an event
        };
    }

    /// <summary>As Python writes it: <c>TaskDone</c> is <c>task_done</c>.</summary>
    public static string Snake(string name)
    {
        var snake = new StringBuilder(name.Length + 4);
        for (int i = 0; i < name.Length; i++)
        {
            bool beginsWord = i > 0 && char.IsUpper(name[i]) && name[i - 1] != '_'
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (beginsWord)
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }

    /// <summary>The methods of an interface and of those that it extends, without <c>Dispose</c>.</summary>
    public static IEnumerable<MethodInfo> MethodsOf(Type type) => type.GetInterfaces().Prepend(type)
        .Where(static one => one != typeof(IDisposable) && one != typeof(IAsyncDisposable))
        .SelectMany(static one => one.GetMethods(BindingFlags.Instance | BindingFlags.Public));
}
