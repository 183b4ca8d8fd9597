using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <summary>Turns the lock of <c>[MethodImpl(Synchronized)]</c> into statements around the body.</summary>
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
        MethodReference typeOfHandle = context.Module.ImportReference(typeof(Type).GetMethod(nameof(Type.GetTypeFromHandle)));
        yield return Instruction.Create(OpCodes.Call, typeOfHandle);
    }

    private List<Instruction> Call(string name, int site)
    {
        MethodReference member = context.Module.ImportReference(typeof(Monitor).GetMethod(name, [typeof(object)]));
        HookMatch match = HookTable.Instance.Find(member, constructs: false);
        return new HookCode(context, match).Build([Instruction.Create(OpCodes.Call, member)], site);
    }
}
