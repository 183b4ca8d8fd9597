using System.Reflection;
using Braid.Checking.Memory;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>What the rewriters of one module share.</summary>
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

    /// <summary>
    /// For each method, the token of the original method that it is made from. A method that the rewriter adds counts as made from the one
    /// that is left as it is if .NET rejects the addition.
    /// </summary>
    public Dictionary<MethodDefinition, int> Originals { get; } = [];

    /// <summary>The file of the original assembly.</summary>
    public string Path { get; }

    /// <summary>Whether it is part of .NET: its statics are not reset between runs, and reports omit its steps.</summary>
    public bool IsFramework { get; }

    /// <summary>Whether it is not the user's own code: see <see cref="Packages"/>.</summary>
    public bool IsPackage { get; }

    /// <summary>Whether reports show only calls of it and not what it does inside: .NET's own assemblies, and Braid.</summary>
    public bool IsLibrary => IsFramework || Module.Assembly.Name.Name == "Braid";

    /// <summary>The traits that all sites in this type's code have.</summary>
    public SiteTraits TraitsOf(TypeDefinition type) =>
        (IsLibrary ? SiteTraits.Library : SiteTraits.None) |
        (IsPackage ? SiteTraits.Package : SiteTraits.None) |
        (IsFramework && SubjectContext.IsMadeForThreads(Module.Assembly.Name.Name) && !IsBuilder(type)
            ? SiteTraits.MadeForThreads
            : SiteTraits.None);

    /// <summary>Whether a call leads into a part of .NET that is made for several threads.</summary>
    public static bool EntersMadeForThreads(MethodReference member) =>
        SubjectContext.IsMadeForThreads(System.IO.Path.GetFileNameWithoutExtension(member.DeclaringType.Scope.Name))
            && !IsBuilder(member.DeclaringType);

    /// <summary>What a method of .NET that is not rewritten does to the memory that it is given; empty for other methods.</summary>
    public IReadOnlyList<ArgumentRule> ArgumentsOf(MethodReference member)
    {
        if (member.Resolve() is not { } method || !SubjectContext.IsUsedUnmodified(method.Module.FileName))
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

    /// <summary>A builder of an immutable collection is no more thread-safe than a list.</summary>
    private static bool IsBuilder(TypeReference? type) => type is not null && (type.Name == "Builder" || IsBuilder(type.DeclaringType));

    /// <summary>A method of this library, with type arguments.</summary>
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
        Import(
            type.GetMethod(name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)!,
            arguments);
}
