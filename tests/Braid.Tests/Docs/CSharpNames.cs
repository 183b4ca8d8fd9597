using System.Reflection;
using System.Text.RegularExpressions;

namespace Braid.Tests;

/// <summary>The names in the C# column of a row, looked up in Braid and in .NET.</summary>
internal sealed partial class CSharpNames(MappingRow row)
{
    private const BindingFlags Visible = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;

    private static readonly Dictionary<string, string> s_namespaces = new()
    {
        ["threading"] = "Braid.Threading",
        ["queue"] = "Braid.Queues",
        ["concurrent.futures"] = "Braid.Futures",
        ["multiprocessing"] = "Braid.Multiprocessing",
        ["asyncio"] = "Braid.AsyncIO",
    };

    /// <summary>What the page calls an object whose type has another name.</summary>
    private static readonly Dictionary<string, string> s_variables = new()
    {
        ["args"] = "ExceptHookArgs",
        ["e"] = "Event",
        ["exception"] = "Exception",
        ["gil"] = "GlobalInterpreterLock",
        ["handle"] = "TimerHandle",
        ["group"] = "TaskGroup",
        ["list"] = "ShareableList",
        ["loop"] = "EventLoop",
        ["memory"] = "SharedMemory",
        ["mutex"] = "Lock",
        ["result"] = "AsyncResult",
        ["rlock"] = "RLock",
        ["server"] = "ManagerServer",
        ["source"] = "CancellationTokenSource",
        ["token"] = "CancellationToken",
    };

    private static readonly ILookup<string, Type> s_braid =
        typeof(Threading.Lock).Assembly.GetExportedTypes().Concat(typeof(Braid.Python.Manager).Assembly.GetExportedTypes()).ToLookup(SimpleName);

    private static readonly Lazy<ILookup<string, Type>> s_system = new(() => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Where(name => name.StartsWith("System.", StringComparison.Ordinal))
        .SelectMany(name => Assembly.Load(name).GetExportedTypes())
        .ToLookup(SimpleName));

    /// <summary>Whether the cell gives a reason, in which a single word may be anything.</summary>
    private bool IsReason => row.CSharp.StartsWith("left out", StringComparison.Ordinal);

    /// <summary>What neither Braid nor .NET has.</summary>
    public IEnumerable<string> Unknown() => row.CSharpCode.SelectMany(UnknownIn).Concat(row.NoteCode.SelectMany(UnknownInNote));

    /// <summary>A note speaks of Python too, whose members begin with a small letter, and of .NET.</summary>
    private IEnumerable<string> UnknownInNote(string code)
    {
        string[][] chains = [.. Chain().Matches(code).Select(NamesOf).Where(names => names.Skip(1).All(name => char.IsUpper(name[0])))];
        foreach (string[] names in chains.Where(names => !Exists(names) && !TypesOfSystem(names[0]).Any(type => Has(type, names[1]))))
        {
            yield return string.Join('.', names);
        }

        Match shape = Shape().Match(code);
        if (shape.Success && !s_braid.SelectMany(types => types).Concat(TypesOfSystem("Stream")).Any(type => Has(type, shape.Value)))
        {
            yield return code;
        }
    }

    private IEnumerable<string> UnknownIn(string code)
    {
        foreach (Match chain in Chain().Matches(code))
        {
            string[] names = NamesOf(chain);
            if (!Exists(names))
            {
                yield return string.Join('.', names);
            }
        }

        foreach (Match made in Made().Matches(code).Where(made => !TypesNamed(made.Groups["type"].Value).Any()))
        {
            yield return made.Value;
        }

        Match bare = Bare().Match(code);
        if (bare.Success && !IsReason && !s_namespaces.ContainsValue($"Braid.{code}") && !TypesNamed(bare.Groups["name"].Value).Concat(TypesOfSystem(bare.Groups["name"].Value)).Any() && !TypesOfGroups().Any(type => Has(type, bare.Groups["name"].Value)))
        {
            yield return code;
        }

        Match argument = Argument().Match(code);
        if (argument.Success && !TypesOfGroups().Any(type => HasParameter(type, argument.Groups["name"].Value)))
        {
            yield return code;
        }
    }

    private bool Exists(string[] names)
    {
        if (names[0] is "System" or "Braid")
        {
            string name = string.Join('.', names);
            return s_braid.Concat(s_system.Value).Any(types => types.Any(type => type.FullName == name || type.Namespace == name));
        }

        if (s_namespaces.ContainsValue($"Braid.{names[0]}") && !s_braid[names[0]].Any())
        {
            IEnumerable<Type> types = s_braid[names[1]].Where(type => type.Namespace == $"Braid.{names[0]}");
            return names.Length == 2 ? types.Any() : types.Any(type => Has(type, names[2]));
        }

        return Owners(names[0]).Concat(TypesNamed("SharedExtensions")).Any(type => Has(type, names[1]));
    }

    /// <summary>The types whose member is meant: those of the module come before others of the same name.</summary>
    private IEnumerable<Type> Owners(string name)
    {
        if (char.IsUpper(name[0]))
        {
            return row.CSharp.Contains(".NET's", StringComparison.Ordinal) ? TypesNamed(name).Concat(TypesOfSystem(name)) : TypesNamed(name);
        }

        string type = s_variables.GetValueOrDefault(name, char.ToUpperInvariant(name[0]) + name[1..]);
        return TypesNamed(type).Concat(TypesOfGroups());
    }

    private IEnumerable<Type> TypesNamed(string name)
    {
        Type[] ofModule = [.. s_braid[name].Where(type => type.Namespace == s_namespaces[row.Module])];
        return ofModule.Length > 0 ? ofModule : s_braid[name].Any() ? s_braid[name] : TypesOfSystem(name);
    }

    private IEnumerable<Type> TypesOfGroups() =>
        row.Groups.SelectMany(group => s_braid[char.ToUpperInvariant(group[0]) + group[1..]]).Where(type => type.Namespace == s_namespaces[row.Module]);

    private static IEnumerable<Type> TypesOfSystem(string name) => s_system.Value[name];

    private static bool Has(Type type, string member) => type.GetMember(member, Visible).Length > 0;

    private static bool HasParameter(Type type, string name) =>
        type.GetConstructors().Concat<MethodBase>(type.GetMethods(Visible)).Any(method => method.GetParameters().Any(parameter => parameter.Name == name));

    private static string[] NamesOf(Match chain) => [.. chain.Groups["name"].Captures.Select(name => name.Value)];

    private static string SimpleName(Type type) => type.Name.Split('`')[0];

    [GeneratedRegex(@"(?<![\w.""])(?<name>[A-Za-z_]\w*)(?:<[^<>]*>)?(?:\.(?<name>[A-Za-z_]\w*)(?:<[^<>]*>)?)+")]
    private static partial Regex Chain();

    /// <summary>A way of waiting.</summary>
    [GeneratedRegex(@"^(?:Try[A-Z]\w*|[A-Z]\w*Async)$")]
    private static partial Regex Shape();

    [GeneratedRegex(@"\bnew (?<type>[A-Z]\w*)(?![\w.])")]
    private static partial Regex Made();

    [GeneratedRegex(@"^(?<name>[A-Z]\w*)(?:<[^<>]*>)?(?:\(.*\))?$")]
    private static partial Regex Bare();

    [GeneratedRegex(@"^@?(?<name>[a-z]\w*):$")]
    private static partial Regex Argument();
}
