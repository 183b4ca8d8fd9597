using System.Buffers;
using System.Reflection;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>Puts together the name of a type or of a method.</summary>
/// <remarks>
/// A name is complete in itself, so that it can be made once and found in a cache by its bytes: what it names, the assemblies it mentions (full name, or the path where no name leads to it, and
/// module version id, which no two builds share), the stamp of the fields below, then a tree of metadata tokens: the definition, then the arguments of generic ones.
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
