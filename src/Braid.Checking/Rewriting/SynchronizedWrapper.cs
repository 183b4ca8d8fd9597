using Braid.Checking.Hooks;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <summary>Puts the lock that <c>[MethodImpl(Synchronized)]</c> means around a body as a statement.</summary>
internal sealed class SynchronizedWrapper(MethodDefinition method, ModuleContext context)
{
    public void Wrap(int site)
    {
        method.IsSynchronized = false;
        var wrapper = new BodyWrapper(method);
        wrapper.Wrap(
            [.. Key(), Instruction.Create(OpCodes.Ldc_I4, site), Instruction.Create(OpCodes.Call, Hook(nameof(MonitorHooks.Enter)))],
            [.. Key(), Instruction.Create(OpCodes.Ldc_I4, site), Instruction.Create(OpCodes.Call, Hook(nameof(MonitorHooks.Exit)))]);
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

    private MethodReference Hook(string name) => context.Import(typeof(MonitorHooks).GetMethod(name, [typeof(object), typeof(int)])!);
}
