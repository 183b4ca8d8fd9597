using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Braid.Checking.Testing;

namespace Braid.Cli;

/// <summary>The methods of an assembly, read from its file: nothing is loaded, so nothing it refers to need be there.</summary>
internal sealed partial class MethodList
{
    private const string Mark = "Braid.Checking.CheckAttribute";

    private readonly MetadataReader _reader;
    private readonly int _entryPoint;

    private MethodList(MetadataReader reader, int entryPoint)
    {
        _reader = reader;
        _entryPoint = entryPoint;
    }

    /// <exception cref="InputMistakeException">The file is not an assembly.</exception>
    public static IReadOnlyList<ListedMethod> Of(string file)
    {
        using FileStream stream = File.OpenRead(file);
        bool isEmpty = stream.Length == 0;
        try
        {
            using var image = new PEReader(stream);
            return image.HasMetadata && image.GetMetadataReader() is { IsAssembly: true } reader
                ? [.. new MethodList(reader, image.PEHeaders.CorHeader!.EntryPointTokenOrRelativeVirtualAddress).Read()]
                : throw NotAnAssembly(file, "it has no .NET metadata");
        }
        catch (BadImageFormatException refusal)
        {
            throw NotAnAssembly(file, isEmpty ? "it is empty" : refusal.Message);
        }
    }

    /// <summary>Whether an assembly refers to a test framework.</summary>
    public static bool MayHaveTests(string file)
    {
        using FileStream stream = File.OpenRead(file);
        using var image = new PEReader(stream);
        MetadataReader reader = image.GetMetadataReader();
        return reader.AssemblyReferences
            .Any(handle => TestFramework.Assemblies.Contains(reader.GetString(reader.GetAssemblyReference(handle).Name)));
    }

    private static InputMistakeException NotAnAssembly(string file, string reason) => new($"{file} is not an assembly of .NET: {reason}");

    private IEnumerable<ListedMethod> Read() =>
        from handle in _reader.MethodDefinitions
        let method = _reader.GetMethodDefinition(handle)
        let token = MetadataTokens.GetToken(handle)
        let name = WrittenName(method, token)
        where name is not null
        select new ListedMethod(
            token, TypeName(method.GetDeclaringType()), name, FlawOf(method, token), IsMarked(method), token == _entryPoint);

    /// <returns>Null for methods that the compiler generated, and for accessors.</returns>
    private string? WrittenName(MethodDefinition method, int token)
    {
        if (token == _entryPoint)
        {
            return "Main";
        }

        string name = _reader.GetString(method.Name);
        Match local = LocalFunction().Match(name);
        return local.Success ? local.Groups["name"].Value
            : name.AsSpan().ContainsAny('<', '.') || (method.Attributes & MethodAttributes.SpecialName) != 0 ? null
            : name;
    }

    private string? FlawOf(MethodDefinition method, int token) =>
        (method.Attributes & MethodAttributes.Static) == 0 ? "is not static"
        : method.GetGenericParameters().Count > 0 ? "is generic"
        : _reader.GetTypeDefinition(method.GetDeclaringType()).GetGenericParameters().Count > 0 ? "is in a generic type"
        : ParameterCount(method) > 0 && token != _entryPoint
            ? LocalFunction().IsMatch(_reader.GetString(method.Name)) ? "takes arguments or uses variables around it" : "takes arguments"
        : method.RelativeVirtualAddress == 0 ? "has no body"
        : null;

    private int ParameterCount(MethodDefinition method)
    {
        BlobReader signature = _reader.GetBlobReader(method.Signature);
        if (signature.ReadSignatureHeader().IsGeneric)
        {
            signature.ReadCompressedInteger();
        }

        return signature.ReadCompressedInteger();
    }

    private bool IsMarked(MethodDefinition method) => method.GetCustomAttributes().Any(handle =>
    {
        EntityHandle constructor = _reader.GetCustomAttribute(handle).Constructor;
        if (constructor.Kind == HandleKind.MethodDefinition)
        {
            return TypeName(_reader.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType()) == Mark;
        }

        EntityHandle parent = _reader.GetMemberReference((MemberReferenceHandle)constructor).Parent;
        return parent.Kind == HandleKind.TypeReference
            && _reader.GetTypeReference((TypeReferenceHandle)parent) is var type
            && $"{_reader.GetString(type.Namespace)}.{_reader.GetString(type.Name)}" == Mark;
    });

    private string TypeName(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _reader.GetTypeDefinition(handle);
        string name = _reader.GetString(type.Name).Split('`')[0];
        string outer = type.IsNested ? TypeName(type.GetDeclaringType()) : _reader.GetString(type.Namespace);
        return outer.Length == 0 ? name : $"{outer}.{name}";
    }

    /// <summary>How the compiler names them: <c>&lt;Outer&gt;g__Name|0_1</c>.</summary>
    [GeneratedRegex(@"^<.*>g__(?<name>\w+)\|")]
    private static partial Regex LocalFunction();
}
