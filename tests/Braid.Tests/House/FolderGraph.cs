using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Text.RegularExpressions;
using Mono.Cecil;
using CustomDebugInformation = System.Reflection.Metadata.CustomDebugInformation;
using GenericParameter = Mono.Cecil.GenericParameter;
using MethodDefinition = Mono.Cecil.MethodDefinition;
using ModuleDefinition = Mono.Cecil.ModuleDefinition;
using TypeDefinition = Mono.Cecil.TypeDefinition;
using TypeReference = Mono.Cecil.TypeReference;
using TypeSpecification = Mono.Cecil.TypeSpecification;

namespace Braid.Tests.House;

/// <summary>Which folders of src/Braid use which, as the compiler understood it: names that stand for several types, aliases and inferred types included.</summary>
/// <remarks>
/// A type lies where its debug information says; a folder uses what its types mention in their signatures and bodies. The compiler leaves
/// no trace of constants, so those are looked for in the text.
/// </remarks>
internal static class FolderGraph
{
    private const string Sources = "/src/Braid/";

    private static readonly Guid s_typeDocuments = new("932e74bc-dba9-4478-8d46-0f32a7bab3d3");   // of types without code, by the portable PDB format

    /// <summary>Each use of a folder by another one, and the types that make it.</summary>
    public static Dictionary<(string From, string To), SortedSet<string>> Read()
    {
        string assembly = typeof(Threading.Lock).Assembly.Location;
        using var module = ModuleDefinition.ReadModule(assembly);
        Dictionary<TypeDefinition, string> folders = FoldersOf(module, Path.ChangeExtension(assembly, ".pdb"));
        var uses = new Dictionary<(string, string), SortedSet<string>>();
        foreach ((TypeDefinition user, string from) in folders)
        {
            foreach (TypeDefinition used in Mentions(user).SelectMany(OwnTypes))
            {
                if (folders.TryGetValue(used, out string? to))
                {
                    Add(uses, from, to, $"{user.Name} uses {used.Name}");
                }
            }
        }

        AddConstants(uses, folders);
        return uses;
    }

    private static void Add(Dictionary<(string, string), SortedSet<string>> uses, string from, string to, string how)
    {
        if (from != to)
        {
            (uses.TryGetValue((from, to), out SortedSet<string>? ways) ? ways : uses[(from, to)] = new(StringComparer.Ordinal)).Add(how);
        }
    }

    private static Dictionary<TypeDefinition, string> FoldersOf(ModuleDefinition module, string symbols)
    {
        using var provider = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(symbols));
        MetadataReader reader = provider.GetMetadataReader();
        return module.Types.Select(type => (type, Folder: Documents(type, reader).Select(document => FolderOf(reader.GetString(reader.GetDocument(document).Name))).FirstOrDefault(static folder => folder is not null)))
            .Where(static pair => pair.Folder is not null).ToDictionary(static pair => pair.type, static pair => pair.Folder!);
    }

    private static IEnumerable<DocumentHandle> Documents(TypeDefinition type, MetadataReader reader)
    {
        foreach (MethodDefinition method in type.Methods)
        {
            MethodDebugInformation debug = reader.GetMethodDebugInformation(MetadataTokens.MethodDebugInformationHandle((int)method.MetadataToken.RID));
            foreach (SequencePoint point in debug.GetSequencePoints())
            {
                yield return point.Document;
            }
        }

        foreach (CustomDebugInformation debug in reader.GetCustomDebugInformation(MetadataTokens.TypeDefinitionHandle((int)type.MetadataToken.RID)).Select(reader.GetCustomDebugInformation))
        {
            if (reader.GetGuid(debug.Kind) == s_typeDocuments)
            {
                yield return MetadataTokens.DocumentHandle(reader.GetBlobReader(debug.Value).ReadCompressedInteger());
            }
        }

        foreach (DocumentHandle document in type.NestedTypes.SelectMany(nested => Documents(nested, reader)))
        {
            yield return document;
        }
    }

    /// <summary>The folder of a file, named from src/Braid. What a folder of Multiprocessing is divided into counts as that folder.</summary>
    /// <returns>Null for what the compiler or a generator has made.</returns>
    public static string? FolderOf(string path)
    {
        int at = path.LastIndexOf(Sources, StringComparison.Ordinal);
        string[] parts = at < 0 ? [] : path[(at + Sources.Length)..].Split('/');
        return parts is [] or ["obj" or "bin", ..] ? null : string.Join('/', parts[..^1].Take(2));
    }

    private static IEnumerable<TypeReference?> Mentions(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(static one => one.InterfaceType),
        .. type.GenericParameters.SelectMany(static one => one.Constraints).Select(static one => one.ConstraintType),
        .. type.CustomAttributes.Select(static one => one.AttributeType),
        .. type.Fields.Select(static one => one.FieldType),
        .. type.Methods.SelectMany(Mentions),
        .. type.NestedTypes.SelectMany(Mentions),
    ];

    private static IEnumerable<TypeReference?> Mentions(MethodDefinition method) =>
    [
        .. Signature(method),
        .. method.GenericParameters.SelectMany(static one => one.Constraints).Select(static one => one.ConstraintType),
        .. method.CustomAttributes.Select(static one => one.AttributeType),
        .. method.HasBody ? method.Body.Variables.Select(static one => one.VariableType) : [],
        .. method.HasBody ? method.Body.ExceptionHandlers.Select(static one => one.CatchType) : [],
        .. method.HasBody ? method.Body.Instructions.SelectMany(static one => Operand(one.Operand)) : [],
    ];

    private static IEnumerable<TypeReference?> Operand(object? operand) => operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        MethodReference method => Signature(method),
        _ => [],
    };

    private static IEnumerable<TypeReference?> Signature(MethodReference method) =>
    [
        method.DeclaringType,
        method.ReturnType,
        .. method.Parameters.Select(static one => one.ParameterType),
        .. method is GenericInstanceMethod instance ? instance.GenericArguments : [],
    ];

    /// <summary>The outermost types of this assembly that a mention consists of.</summary>
    private static IEnumerable<TypeDefinition> OwnTypes(TypeReference? mention) => mention switch
    {
        null or GenericParameter => [],
        GenericInstanceType instance => instance.GenericArguments.Prepend(instance.ElementType).SelectMany(OwnTypes),
        TypeSpecification specification => OwnTypes(specification.ElementType),
        TypeDefinition { DeclaringType: { } outer } => OwnTypes(outer),
        TypeDefinition type => [type],
        _ => [],
    };

    private static void AddConstants(Dictionary<(string, string), SortedSet<string>> uses, Dictionary<TypeDefinition, string> folders)
    {
        (string Name, string Folder)[] constants =
        [
            .. folders.GroupBy(static pair => pair.Key.Name).Where(static group => group.Count() == 1).Select(static group => group.First())
                .SelectMany(static pair => pair.Key.Fields.Where(static field => field.IsLiteral && !field.IsPrivate).Select(field => ($"{pair.Key.Name}.{field.Name}", pair.Value))),
        ];
        Dictionary<string, string> homes = constants.ToDictionary(static one => one.Name, static one => one.Folder);
        foreach (string file in Repository.Files("*.cs", "src/Braid"))
        {
            string from = FolderOf(file)!;
            foreach (Match match in File.ReadLines(file).SelectMany(static line => Regex.Matches(line.Split("//")[0], @"\b\w+\.\w+\b")))
            {
                if (homes.TryGetValue(match.Value, out string? to))
                {
                    Add(uses, from, to, $"{Path.GetFileName(file)} uses {match.Value}");
                }
            }
        }
    }
}
