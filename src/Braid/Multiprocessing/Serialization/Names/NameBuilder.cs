using System.Buffers;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>Builds the name of a type or of a method.</summary>
/// <remarks>
/// A name is self-contained, so it can be built once and found in a cache by its bytes. It holds: what it names; the assemblies it refers
/// to (the full name, or the path if the assembly cannot be found by name, and the module version id, which no two builds share); the stamp
/// of the fields below; then a tree of metadata tokens, the definition first and then the arguments of generic ones.
/// </remarks>
internal sealed class NameBuilder
{
    private readonly List<Module> _modules = [];
    private readonly ArrayBufferWriter<byte> _tree = new();
    private readonly PayloadWriter _writer;

    public NameBuilder() => _writer = new PayloadWriter(_tree);

    public void Add(Type type)
    {
        if (type.IsGenericParameter || type.IsPointer || type.IsByRef || type.IsFunctionPointer)
        {
            throw PayloadException.CannotTravel(type, "no name leads to it from outside. Use a type that stands by itself.");
        }

        if (type.IsArray)
        {
            _writer.WriteByte((byte)(type.IsSZArray ? NameTag.Vector : NameTag.Array));
            _writer.WriteByte((byte)type.GetArrayRank());
            Add(type.GetElementType()!);
        }
        else
        {
            _writer.WriteByte((byte)(type.IsConstructedGenericType ? NameTag.Constructed : NameTag.Definition));
            _writer.WriteVarint((ulong)IndexOf(type.Module, type));
            _writer.WriteRaw(type.MetadataToken);
            if (type.IsConstructedGenericType)
            {
                Add(type.GetGenericArguments());
            }
        }
    }

    public void Add(Type[] arguments)
    {
        _writer.WriteVarint((ulong)arguments.Length);
        foreach (Type argument in arguments)
        {
            Add(argument);
        }
    }

    public void AddToken(int token) => _writer.WriteRaw(token);

    public void AddByte(byte value) => _writer.WriteByte(value);

    public byte[] ToName(NameKind kind, uint stamp)
    {
        var name = new ArrayBufferWriter<byte>();
        var writer = new PayloadWriter(name);
        writer.WriteByte((byte)kind);
        writer.WriteVarint((ulong)_modules.Count);
        foreach (Module module in _modules)
        {
            writer.WriteRaw(module.ModuleVersionId);
            byte[] assembly = Encoding.UTF8.GetBytes(Modules.AddressOf(module.Assembly));
            writer.WriteVarint((ulong)assembly.Length);
            writer.WriteBytes(assembly);
        }

        writer.WriteVarint(stamp);
        writer.WriteBytes(_tree.WrittenSpan);
        return name.WrittenSpan.ToArray();
    }

    private int IndexOf(Module module, Type type)
    {
        int index = _modules.IndexOf(module);
        if (index >= 0)
        {
            return index;
        }

        if (Origin.WhyUnreachable(module) is { } reason)
        {
            throw PayloadException.CannotTravel(type, reason + ".");
        }

        _modules.Add(module);
        return _modules.Count - 1;
    }
}

/// <summary>The names of types, each built once.</summary>
internal static class TypeName
{
    private static readonly ConcurrentDictionary<Type, byte[]> s_names = new();

    /// <exception cref="PayloadException">Other processes cannot find the type.</exception>
    public static byte[] Of(Type type) => s_names.TryGetValue(type, out byte[]? name) ? name : s_names.GetOrAdd(type, Make(type));

    private static byte[] Make(Type type)
    {
        var builder = new NameBuilder();
        builder.Add(type);
        return builder.ToName(NameKind.Type, BuildStamp.Compute(type));
    }
}

/// <summary>What a name denotes: its first byte.</summary>
internal enum NameKind : byte
{
    /// <summary>A type.</summary>
    Type = 0,

    /// <summary>A delegate: its type, its method, and how it holds its target.</summary>
    Delegate = 1,
}

/// <summary>The byte with which a type begins inside a name.</summary>
internal enum NameTag : byte
{
    /// <summary>The number of the assembly and the metadata token follow.</summary>
    Definition = 0,

    /// <summary>The same, and the type arguments.</summary>
    Constructed = 1,

    /// <summary>A one-dimensional array: the rank (1) and the element type follow.</summary>
    Vector = 2,

    /// <summary>An array of several dimensions: the rank and the element type follow.</summary>
    Array = 3,
}
