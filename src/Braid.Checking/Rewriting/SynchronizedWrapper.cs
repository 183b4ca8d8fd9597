using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <summary>Puts the lock that <c>[MethodImpl(Synchronized)]</c> means around a body as a statement.</summary>
internal sealed class SynchronizedWrapper(MethodDefinition method, ModuleContext context)
{
    public void Wrap(int site)
    {
        method.IsSynchronized = false;
        new BodyWrapper(method).Wrap([.. Key(), .. Call(nameof(Monitor.Enter), site)], [.. Key(), .. Call(nameof(Monitor.Exit), site)]);
    }

    private IEnumerable<Instruction> Key()
    {
        if (!method.IsStatic)
        {
            yield return Instruction.Create(OpCodes.Ldarg, method.Body.ThisParameter);
            yield break;
        }

        yield return Instruction.Create(OpCodes.Ldtoken, method.DeclaringType);
        yield return Instruction.Create(OpCodes.Call, context.Module.ImportReference(typeof(Type).GetMethod(nameof(Type.GetTypeFromHandle))));
    }

    private List<Instruction> Call(string name, int site)
    {
        MethodReference member = context.Module.ImportReference(typeof(Monitor).GetMethod(name, [typeof(object)]));
        return new HookCode(context, HookTable.Instance.Find(member, constructs: false)).Instead([Instruction.Create(OpCodes.Call, member)], site);
    }
}
