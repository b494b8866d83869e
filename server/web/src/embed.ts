export { TryOnMirror } from "./mirror";
