/** The remote protocol of gdb, as far as the comparison needs it: packets `$text#sum`, each acknowledged by `+`. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export class Remote {
  private text = '';
  private heard: (() => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.text += chunk;
      this.heard?.();
    });
  }

  /** Waits until somebody listens there. */
  static async connect(port: number): Promise<Remote> {
    for (let attempt = 0; ; attempt++) {
      const socket = connect(port, '127.0.0.1').setNoDelay(true);
      try {
        await once(socket, 'connect');
        return new Remote(socket);
      } catch (error) {
        if (attempt === 100) throw new Error(`QEMU did not start: ${(error as Error).message}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** Sends a packet and answers the one that comes back: at once, or when the machine stops. */
  async ask(packet: string): Promise<string> {
    this.send(packet);
    return this.answer();
  }

  send(packet: string): void {
    const sum = [...packet].reduce((total, c) => (total + c.charCodeAt(0)) & 0xff, 0);
    this.socket.write(`$${packet}#${sum.toString(16).padStart(2, '0')}`, 'latin1');
  }

  async answer(): Promise<string> {
    for (;;) {
      const [whole, packet] = /^\+*\$([^#]*)#../.exec(this.text) ?? [];
      if (whole !== undefined) {
        this.text = this.text.slice(whole.length);
        this.socket.write('+');
        return packet;
      }
      await new Promise<void>((resolve) => {
        this.heard = resolve;
      });
    }
  }

  /** Stops the machine while it runs. */
  async interrupt(): Promise<void> {
    this.socket.write('\x03');
    await this.answer();
  }

  /** A little-endian value of 8 bytes. */
  async read(address: number): Promise<number> {
    return Number(Buffer.from(await this.ask(`m${address.toString(16)},8`), 'hex').readBigUInt64LE());
  }

  close(): void {
    this.socket.destroy();
  }
}
