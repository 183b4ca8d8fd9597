using System.Reflection;
using Braid.Checking.Memory;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>What the rewriting of one module shares.</summary>
internal sealed class ModuleContext
{
    private readonly Dictionary<MethodInfo, MethodReference> _imported = [];
    private readonly Dictionary<MethodDefinition, IReadOnlyList<ArgumentRule>> _arguments = [];

    public ModuleContext(ModuleDefinition module, string path, bool isFramework, bool isPackage)
    {
        (Module, Path, IsFramework, IsPackage) = (module, path, isFramework, isPackage);
        Thunks = new Thunks(this);
    }

    public ModuleDefinition Module { get; }

    public FieldsOf Fields { get; } = new();

    public Thunks Thunks { get; }

    /// <summary>Which method of the original each is made from, by token; what the rewriter adds and a failure of which is that method's counts as made from it.</summary>
    public Dictionary<MethodDefinition, int> Originals { get; } = [];

    /// <summary>File of the original assembly.</summary>
    public string Path { get; }

    /// <summary>Part of .NET: its statics stay as they are from run to run, and its steps are left out of reports.</summary>
    public bool IsFramework { get; }

    /// <summary>Not the user's own code: see <see cref="Packages"/>.</summary>
    public bool IsPackage { get; }

    /// <summary>Reports show calls of it, not what it does inside: .NET's own assemblies, and Braid.</summary>
    public bool IsLibrary => IsFramework || Module.Assembly.Name.Name == "Braid";

    /// <summary>What holds for all places of this type's code.</summary>
    public SiteTraits TraitsOf(TypeDefinition type) =>
        (IsLibrary ? SiteTraits.Library : SiteTraits.None) |
        (IsPackage ? SiteTraits.Package : SiteTraits.None) |
        (IsFramework && SubjectContext.IsMadeForThreads(Module.Assembly.Name.Name) && !IsBuilder(type) ? SiteTraits.MadeForThreads : SiteTraits.None);

    /// <summary>What a method of .NET that is not looked into does to memory it is given; none of another method.</summary>
    public IReadOnlyList<ArgumentRule> ArgumentsOf(MethodReference member)
    {
        if (member.Resolve() is not { } method || !SubjectContext.IsLeft(method.Module.FileName))
        {
            return [];
        }

        if (!_arguments.TryGetValue(method, out IReadOnlyList<ArgumentRule>? rules))
        {
            rules = CoreArguments.Of(method);
            _arguments.Add(method, rules);
        }

        return rules;
    }

    /// <summary>A builder of an immutable collection is as little made for several threads as a list is.</summary>
    private static bool IsBuilder(TypeDefinition? type) => type is not null && (type.Name == "Builder" || IsBuilder(type.DeclaringType));

    /// <summary>A method of this library, with its type arguments.</summary>
    public MethodReference Import(MethodInfo method, params TypeReference[] arguments)
    {
        if (!_imported.TryGetValue(method, out MethodReference? imported))
        {
            imported = Module.ImportReference(method);
            _imported.Add(method, imported);
        }

        return arguments.Length == 0 ? imported : GenericContext.Instance(imported, arguments);
    }

    /// <summary>A static method of this library, by name.</summary>
    public MethodReference Import(Type type, string name, params TypeReference[] arguments) =>
        Import(type.GetMethod(name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)!, arguments);
}
